"""``jubao upgrade``: books of an earlier version take this program's shape, checked before it counts."""

import typer

from jubao.cli.setup import command
from jubao.vocabulary.audience import ANYBODY


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("upgrade", help="升级较早版本的账簿：先留副本，核对通过才生效 / bring older books to this version.")(
        upgrade
    )


@command(ANYBODY, books=False)
def upgrade() -> None:
    """Migrate a copy, check every invariant, then put it in the place of the old books, which are kept."""
    from jubao.operations.keeping.upgrading import upgrade as bring_up

    done = bring_up()
    if not done.applied:
        print("账簿已是本程序的版本，无须升级。")
        return
    print(f"已升级：应用了 {len(done.applied)} 项结构变更，全部不变量相符。")
    for name in done.applied:
        print(f"  {name}")
    if done.kept:
        print(f"原账簿保存在 {done.kept.name}；确认无误后可另行保管。")
