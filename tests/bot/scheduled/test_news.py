"""Every admin is told, once, of a new admin, of a removal and of a closing by somebody else."""

from tests.bot.scheduled.test_digests import Post
from tests.bot.scheduled.test_digests import post as post


async def test_all_other_admins_are_told_of_a_new_admin(post: Post) -> None:
    desk = post.desk
    wahyu = await desk.official("admin", None, "Wahyu")
    await desk.official("officer", "PAJANG", "Sri")
    await post.ticks()
    desk.time.passes(minutes=1)
    await wahyu.types("/undang admin")
    token = wahyu.screen.text.partition("start=")[2].split()[0]
    await desk.chat("orang-asing").opens(token)
    [told] = await post.ticks()
    assert "Petugas no. 3: terdaftar Admin ← 1 Wahyu" in told.text
    assert "cabut aksesnya sekarang" in told.text
    assert told.choices[0].data == "/petugas 3"
    await wahyu.forges(told.choices[0].data)
    assert "Cabut Petugas no. 3" in wahyu.labels
    assert await post.ticks() == []


async def test_all_other_admins_are_told_of_a_removal(post: Post) -> None:
    desk = post.desk
    wahyu = await desk.official("admin", None, "Wahyu")
    await desk.official("admin", None, "Ratna")
    await desk.official("officer", "PAJANG", "Sri")
    await post.ticks()
    await wahyu.types("/petugas cabut 3")
    await wahyu.taps("Ya, cabut")
    told = [one.text for one in await post.ticks()]
    assert len(told) == 1
    assert "Wahyu: mencabut akses 3 Sri, officer PAJANG" in told[0]


async def test_a_new_official_who_is_no_admin_is_no_news(post: Post) -> None:
    await post.desk.official("admin", None, "Wahyu")
    await post.ticks()
    await post.desk.official("officer", "PAJANG", "Sri")
    assert await post.ticks() == []
