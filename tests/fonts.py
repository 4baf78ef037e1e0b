"""Whether this machine can set a Chinese page; tests that need one skip visibly where it cannot."""

import pytest

from jubao.documents import typesetting

needs_chinese_font = pytest.mark.skipif(
    not set(typesetting.installed_fonts()) & {*typesetting.SERIF, *typesetting.SANS},
    reason="no Chinese font on this machine",
)
