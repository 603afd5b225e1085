"""That the settings name something that is there."""

from importlib import import_module

from ledger import settings


def test_the_urls_are_where_the_settings_say():
    assert import_module(settings.ROOT_URLCONF).urlpatterns == []
