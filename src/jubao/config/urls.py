"""The web addresses of the office; each web door adds its own list here."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
