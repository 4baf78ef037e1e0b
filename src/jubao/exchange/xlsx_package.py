"""The zip around an xlsx, looked through before any parser sees it: bombs, macros, formulas."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from jubao.exchange.xlsx_parts import SHARED_STRINGS, Findings, PackageRefused, PartScan

MAX_COMPRESSED_BYTES = 64 * 2**20
MAX_UNPACKED_BYTES = 384 * 2**20
MAX_RATIO = 150
MAX_ENTRIES = 256
_SMALL_ENTRY = 2**20  # below this a high ratio harms nobody
_CHUNK = 2**20
_FORBIDDEN_PARTS = (("vbaProject", "含宏"), ("externalLink", "含外部链接"), ("embeddings/", "含嵌入对象"))


def inspect_package(data: bytes) -> Findings:
    """Look through every part of an xlsx in bounded memory, counting real unpacked bytes.

    Raises:
        PackageRefused: not a zip, encrypted, limits passed, macros, external links, document types.
    """
    if len(data) > MAX_COMPRESSED_BYTES:
        raise PackageRefused(f"文件超过{MAX_COMPRESSED_BYTES >> 20}MB")
    findings, unpacked = Findings(), 0
    for entry in sorted(_entries(data), key=lambda entry: entry.filename != SHARED_STRINGS):
        scan = PartScan(entry.filename, findings)
        for chunk in _inflate(data, entry):
            unpacked += len(chunk)
            if unpacked > MAX_UNPACKED_BYTES:
                raise PackageRefused(f"解压后超过{MAX_UNPACKED_BYTES >> 20}MB")
            scan.feed(chunk)
        scan.close()
    return findings


def _entries(data: bytes) -> list[zipfile.ZipInfo]:
    """The entries of the zip, after the checks that need no unpacking."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError):
        raise PackageRefused("不是完整的xlsx文件") from None
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES or len(set(names)) != len(names):
        raise PackageRefused("压缩包部件过多或重名")
    if "xl/workbook.xml" not in names:
        raise PackageRefused("不是xlsx文件")
    for entry in entries:
        _check_entry(entry)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise PackageRefused(f"解压后超过{MAX_UNPACKED_BYTES >> 20}MB")
    return entries


def _check_entry(entry: zipfile.ZipInfo) -> None:
    for part, rule in _FORBIDDEN_PARTS:
        if part in entry.filename:
            raise PackageRefused(rule)
    if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackageRefused("文件加密或压缩方式不支持")
    if entry.file_size > max(_SMALL_ENTRY, MAX_RATIO * entry.compress_size):
        raise PackageRefused("压缩比异常（疑似压缩炸弹）")


def _inflate(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack one entry in chunks; what the directory promised must be exactly what is there."""
    start = entry.header_offset
    if data[start : start + 4] != b"PK\3\4":
        raise PackageRefused("压缩包结构损坏")
    name, extra = struct.unpack_from("<HH", data, start + 26)
    start += 30 + name + extra
    packed = memoryview(data)[start : start + entry.compress_size]
    size = check = 0
    chunks = iter([bytes(packed)]) if entry.compress_type == zipfile.ZIP_STORED else _inflate_deflated(packed)
    for chunk in chunks:
        size += len(chunk)
        if size > entry.file_size:
            break
        check = zlib.crc32(chunk, check)
        yield chunk
    if size != entry.file_size:
        raise PackageRefused("压缩包内实际长度与目录不符")
    if check != entry.CRC:
        raise PackageRefused("压缩包内容与校验值不符，文件已损坏")


def _inflate_deflated(packed: memoryview) -> Iterator[bytes]:
    stream = zlib.decompressobj(-15)
    try:
        for offset in range(0, len(packed), _CHUNK):
            pending: bytes | memoryview = packed[offset : offset + _CHUNK]
            while pending:
                yield stream.decompress(pending, _CHUNK)
                pending = stream.unconsumed_tail
        while rest := stream.decompress(b"", _CHUNK):
            yield rest
    except zlib.error:
        raise PackageRefused("压缩数据损坏") from None
    if not stream.eof or stream.unused_data:
        raise PackageRefused("压缩数据不完整")
