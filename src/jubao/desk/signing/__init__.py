"""Proposals before their signers: what waits, one of them in full, and the signature.

Map: ``inbox`` and ``proposals`` (many of them), ``review`` (one), ``sign`` (agree, send back, withdraw).
"""
