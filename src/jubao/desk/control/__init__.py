"""Looking after the office (内控): staff and posts, the chain of events, files that came and went, the books checked."""

from jubao.operations.control.arrivals import SEEING
from jubao.operations.control.checking import CHECKING
from jubao.operations.control.departures import KEEPING
from jubao.operations.control.trail import READING
from jubao.vocabulary.audience import Shows, posts
from jubao.vocabulary.posts import Post

EVERYBODY = posts("33", *Post)
CHAIN = posts("38, 42", *READING, shows=Shows.THE_OFFICE)
FILES = posts("1, 37", *SEEING)
KEPT = posts("35, 37", *KEEPING)
CHECKS = posts("42", *CHECKING, shows=Shows.THE_OFFICE)
