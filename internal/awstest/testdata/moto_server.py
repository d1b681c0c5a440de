# moto's server, but that a JSONPath is parsed once. moto parses eight constant ones for every event it delivers, and
# builds the grammar's tables each time: a tenth of a second an event.
import functools

import jsonpath_ng.ext

jsonpath_ng.ext.parse = functools.lru_cache(maxsize=None)(jsonpath_ng.ext.parse)

from moto.server import main  # noqa: E402: after the parser is in place

main()
