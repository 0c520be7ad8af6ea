from offhook.phone.web.phone_port import PhonePort
from tests.fakes.desk import running


async def test_the_phone_has_everything_the_port_asks_for() -> None:
    async with running() as phone:
        port: PhonePort = phone  # the type checker compares the types
        members = [name for name in vars(PhonePort) if not name.startswith("_")]
        assert len(members) > 5
        for name in members:
            assert hasattr(port, name)
