"""The monthly watch: what looks unusual is named, moves up when nobody answers, and is closed with a reason.

- ``patterns``: what looks unusual; ``alerts``: what moves up every month, and who closes it.
"""
