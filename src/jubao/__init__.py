"""Jubao (居保): the program that runs a residents' pension office."""

__version__ = "0.1.0"
