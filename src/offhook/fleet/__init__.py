"""Thousands of virtual phones in one process, that work like a call centre and drive any console.

`plan` says who calls whom (pure), `call_centre` has the phones do it by their keys, `report_sender` sends what they
report, `command_listener` lets them be commanded, `truth` compares what the console shows with what is so. `app` builds
it all. Only Linux has every address of 127.0.0.0/8, and epoll.
"""
