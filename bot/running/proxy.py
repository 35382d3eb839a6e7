"""The proxy to the outside, where the machine's environment names one (HTTPS_PROXY, NO_PROXY).

aiohttp would look for it, and for a .netrc, anew at every request and on a thread: half a
millisecond of CPU each time.
"""

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def proxy_for(url: str) -> str | None:
    """The proxy's address, with the name and password that it may hold."""
    try:
        address = urlsplit(url)
    except ValueError:  # not an address: nobody will be reached there
        return None
    if proxy_bypass(address.hostname or ""):
        return None
    return getproxies().get(address.scheme)
