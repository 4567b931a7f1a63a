"""Ask this container's own web server whether it can answer. Exit status 0 means yes."""

import os
import sys
import urllib.error
import urllib.request

request = urllib.request.Request(f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz")
# The server answers only to the names it was given.
request.add_header("Host", os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip("."))
try:
    urllib.request.urlopen(request, timeout=5)
except urllib.error.URLError as error:
    sys.exit(f"not healthy: {error}")
