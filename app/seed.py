"""A believable demo desk, made through the domain's own verbs, so that every seeding tests them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app import clock
from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.live.log import LogEntry
from app.notifications.tables import broadcast, see
from app.people.tables import Person
from app.products.tables import Product, Terms
from app.requests.tables import AccountRequest
from app.robots.checks import Checks
from app.robots.verdicts import Robot

DEMO_SIGN_INS = (
    ("ada", "admin", "analytical-engine"),
    ("grace", "admin", "first-actual-bug"),
    ("bob", "client", "robots-never-sleep"),
    ("eve", "client", "listening-quietly"),
)


async def seed_desk() -> str:
    """Fills an empty database, as if the desk had run for some weeks; leaves any other as it is. Gives the sign-ins."""
    if not await Person.exists():
        await _fill()
    lines = [f"  {name:8} {password:22} ({role})" for name, role, password in DEMO_SIGN_INS]
    return "\n".join(["Demo sign-ins:", *lines])


async def _fill() -> None:
    ada, grace, bob, eve, mia, tom, zoe = [
        await Person.register(name, f"{name}@example.com", password, role)
        for name, role, password in (
            *DEMO_SIGN_INS,
            ("mia.tanaka", "client", "seven-quiet-harbours"),
            ("tom-okafor", "client", "copper-kettle-sings"),
            ("zoe.lind", "client", "north-window-light"),
        )
    ]
    clients = [bob, eve, mia, tom, zoe]
    plans = ("30", "90", "7", "365", "180", "lifetime")
    clock.travel(timedelta(days=-31, hours=-2))
    await _products(ada)
    codes = []
    for number in range(28):
        client = clients[number % len(clients)]
        codes.append(
            await TradingCode.generate(
                client,
                platform="mt5" if number % 3 else "mt4",
                account_number=str(20_418_300 + number * 7_919),
                plan=plans[number % len(plans)],
                product="night-scalper" if number % 4 == 1 else "robot",
            )
        )
        clock.travel(timedelta(hours=7, minutes=23))
        if number % 8 != 5:
            await codes[-1].activate(by=ada if number % 2 else grace)
        clock.travel(timedelta(hours=13, minutes=11))
        await _keep_time()
    for number, code in enumerate(codes):
        fresh = await TradingCode.by_id(code.id)
        assert fresh is not None
        if fresh.status == "activated" and number % 5 == 2:
            await fresh.complete(by=grace)
        elif fresh.status == "activated" and number % 9 == 4:
            await fresh.cancel(by=ada)
        clock.travel(timedelta(hours=5))
        await _keep_time()
    await broadcast("Servers move to the new data centre on Sunday, 06:00 to 06:20 UTC.", "info", by=ada)
    await _requests(clients, ada, grace)
    for number, client in enumerate((bob, mia, zoe)):
        clock.travel(timedelta(hours=3))
        await TradingCode.generate(
            client, platform="mt5", account_number=str(31_550_021 + number * 13), plan=plans[number],
            product="robot" if number else "night-scalper",
        )  # fmt: skip
    await CustomerAccount.create(
        "tom-okafor", platform="mt4", account_number="88123407", plan="90", product="robot", by=grace
    )
    await _robots(bob, mia)
    last = await LogEntry.last_id()
    await see(ada, last - 4)
    await see(grace, last - 9)
    clock.return_to_present()


async def _products(ada: Person) -> None:
    [robot] = await Product.on_sale()
    await robot.change(Terms(name="Trend Robot", seats=2), by=ada, version=robot.version)
    await Product.create(
        "night-scalper", Terms(name="Night Scalper", seats=1, least_version="2.0", trial_days=14), by=ada
    )


async def _robots(bob: Person, mia: Person) -> None:
    """Terminals on some of their licences, one of them on a wrong account; and a licence that is to move."""
    checks = Checks()
    for client, server in ((bob, "Aurora-Live3"), (mia, "Meridian-Real7")):
        running = (CustomerAccount.owner == client.id) & (CustomerAccount.status == "valid")
        for number, account in enumerate((await CustomerAccount.matching(running))[:3]):
            robot = Robot(
                licence=account.licence, platform=account.platform, account=account.account_number,
                product=account.product, server=server, mode="real", version="2.4", terminal=f"VPS-{client.id}{number}",
            )  # fmt: skip
            await checks.verdict_on(robot)
            clock.travel(timedelta(minutes=7))
            if number == 0:
                await checks.verdict_on(replace(robot, account="5012233", terminal="HOME-PC"))
    await checks.last_seen.write()
    moving = [a for a in await CustomerAccount.matching(CustomerAccount.owner == mia.id) if not a.pending_extension]
    if moving and moving[0].status == "valid":
        await AccountRequest.ask_to_move(moving[0], "mt5", "70012345", "I have another broker now.", by=mia)


async def _requests(clients: list[Person], ada: Person, grace: Person) -> None:
    for number, client in enumerate(clients):
        mine = [a for a in await CustomerAccount.matching(CustomerAccount.owner == client.id) if a.extendable]
        clock.travel(timedelta(hours=2))
        for account, plan, note in zip(
            mine, ("30", "90", "180"), ("The robot runs well, please go on.", "", "As agreed by mail."), strict=False
        ):
            request = await AccountRequest.ask(account, plan, note, by=client)
            clock.travel(timedelta(minutes=40))
            if number % 3 == 0 and plan == "30":
                await request.approve(by=ada)
            elif plan == "90":
                await request.reject("The last invoice is still open; we extend as soon as it is paid.", by=grace)


async def _keep_time() -> None:
    await CustomerAccount.notice_due()
    await CustomerAccount.expire_due()
    await TradingCode.expire_unused(timedelta(days=7))
