"""The phone's HTTP side: Active URI for programs, the management page for people.

`gate` decides who may come in, `active_uri` obeys, `pages` shows, `edits` changes settings by the pure `forms`, `site`
puts them together. Works without JavaScript and needs nothing from outside the phone.
Source: DOC §2.3 (Phone → Action URL), §3 (Active URI).
"""
