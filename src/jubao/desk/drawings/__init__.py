"""Drawings the server makes as SVG: bars, lines, an age pyramid, a heat grid; and the table of the same numbers.

``scale`` finds a round axis and places numbers on it, ``unit`` says how a number is written, ``element`` writes one
piece of SVG with everything escaped, ``point`` is what every drawing is made of, ``numbers`` is the table beside.
No drawing knows a page or a model, and none forms a float: coordinates are whole tenths of a pixel.
"""
