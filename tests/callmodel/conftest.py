"""Random tests are judged by what they find, never by the clock."""

from hypothesis import settings

settings.register_profile("offhook", deadline=None)
settings.load_profile("offhook")
