"""One site for everything that is thrown at it."""

from collections.abc import Iterator

import pytest

from bot.web.survey import collector
from tests.fuzz.site import Site


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:  # guessing is what is done here
        patch.setattr(collector, "WRONG_CODES", 10**9)
        patch.setattr(collector, "BEGINNINGS", 10**9)
        with Site(tmp_path_factory.mktemp("site")) as site:
            yield site
