"""Files that left: each lies in its tray byte for byte and can be offered again; what waits is told."""

import hashlib
from collections.abc import Iterator

from jubao.records.models import OutboxContent, OutboxItem
from jubao.records.outbox import OUTBOUND, foreign, lying_outbound, place_of, unpacked
from jubao.reports.invariants.verification import Notice, Tally, Violation, invariant
from jubao.reports.streaming import sha256_of

OUTBOX = OutboxItem._meta.db_table
FEW = 10  # kept files in memory at once


@invariant("I-38", "交出的文件都在文件柜中，内容与登记的哈希一致")
def what_left_lies_in_its_tray(seen: Tally) -> Iterator[Violation | Notice]:
    """A file that was handed over is there unchanged; a file that waits says so, and breaks nothing."""
    for item in seen.each(OutboxItem.objects.order_by("id").iterator(500)):
        path = place_of(item)
        again = f"可运行 jubao outbox --again {item.tray}/{item.name} 重新写出"
        if item.state == OutboxItem.State.WAITING:
            yield Notice(f"文件《{item.name}》尚未写入 {item.tray}：{item.failure or '等待写出'}")
        elif not path.is_file():
            yield Violation(OUTBOX, item.pk, f"已交出的文件《{item.name}》不在 {item.tray}，{again}")
        elif sha256_of(path) != item.sha256:
            yield Violation(OUTBOX, item.pk, f"已交出的文件《{item.name}》被改动，请查明后处理，{again}")


@invariant("I-38", "待交文件柜中只有本系统交出的文件", before=lying_outbound)
def nothing_foreign_lies_among_them(seen: Tally) -> Iterator[Violation]:
    """A file that no act handed over lies there for somebody to take it for ours."""
    lying = list(seen.outside or ())
    seen.add(len(lying))
    for name in foreign(lying):
        yield Violation(OUTBOX, name, f"{OUTBOUND} 中的文件《{name}》不是本系统交出的，不要交给银行，请查明来历后移走")


@invariant("I-38", "交出的文件留有原文，内容与登记的哈希一致")
def what_left_is_kept(seen: Tally) -> Iterator[Violation]:
    """The kept bytes of every file that left still have their hash and size, so it can be offered again."""
    for item in OutboxItem.objects.filter(content=None).order_by("id").iterator(500):
        yield Violation(OUTBOX, item.pk, f"文件《{item.name}》没有留存原文，不能再次写出")
    for kept in seen.each(OutboxContent.objects.select_related("item").order_by("item_id").iterator(FEW)):
        content, item = unpacked(kept.packed), kept.item
        if content is None or (hashlib.sha256(content).hexdigest(), len(content)) != (item.sha256, item.size):
            yield Violation(OUTBOX, item.pk, f"文件《{item.name}》留存的原文被改动，不能再次写出")
