"""Every address of the desk: each room's pages, gathered by reading the rooms; nothing answers that is not declared."""

from importlib import import_module
from pkgutil import walk_packages

import jubao.desk
from jubao.desk.frame.route import PATTERNS

for _found in walk_packages(jubao.desk.__path__, "jubao.desk."):
    if _found.name != __name__:
        import_module(_found.name)

urlpatterns = PATTERNS
handler400 = "jubao.desk.frame.answers.not_understood"
handler404 = "jubao.desk.frame.answers.not_found"
handler500 = "jubao.desk.frame.answers.broken"
