"""The yardsticks of `loopback`: the same nine taps by the libraries alone, nothing on disk.

`python -m tests.benchmarks._bots ptb|aiogram API_URL TOKEN` answers until it is killed. Each press
is answered and the message edited to the next of nine questions, as our server does.
"""

import asyncio
import sys

OPTIONS = ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai")
DONE = "Terima kasih"


def _after(data: str) -> int:
    """The number of the next question; 9 is the end."""
    return int(data.partition(":")[0]) + 1


def ptb(url: str, token: str) -> None:
    """python-telegram-bot as its tutorial has it: httpx, ApplicationBuilder, handlers."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
    from telegram.ext import (
        ApplicationBuilder,
        CallbackQueryHandler,
        ContextTypes,
        MessageHandler,
        filters,
    )

    def rows(number: int) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup(
            [
                [InlineKeyboardButton(label, callback_data=f"{number}:{nilai}")]
                for nilai, label in enumerate(OPTIONS, 1)
            ]
        )

    async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message
        await update.message.reply_text("Pertanyaan 1 dari 9", reply_markup=rows(0))

    async def press(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        assert query
        assert query.data
        assert context.user_data is not None
        await query.answer()
        context.user_data[query.data.partition(":")[0]] = query.data
        number = _after(query.data)
        if number == 9:
            await query.edit_message_text(DONE)
        else:
            await query.edit_message_text(
                f"Pertanyaan {number + 1} dari 9", reply_markup=rows(number)
            )

    builder = ApplicationBuilder().token(token).base_url(url).concurrent_updates(True)
    app = builder.connection_pool_size(256).pool_timeout(60).build()
    app.add_handler(MessageHandler(filters.TEXT, start))
    app.add_handler(CallbackQueryHandler(press))
    app.run_polling()


def aiogram(url: str, token: str) -> None:
    """aiogram 3 with its state in memory."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.filters import CommandStart
    from aiogram.fsm.context import FSMContext
    from aiogram.types import (
        CallbackQuery,
        InlineKeyboardButton,
        InlineKeyboardMarkup,
        Message,
    )

    def rows(number: int) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup(
            inline_keyboard=[
                [InlineKeyboardButton(text=label, callback_data=f"{number}:{nilai}")]
                for nilai, label in enumerate(OPTIONS, 1)
            ]
        )

    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart())
    async def start(message: Message) -> None:
        await message.answer("Pertanyaan 1 dari 9", reply_markup=rows(0))

    @dispatcher.callback_query()
    async def press(query: CallbackQuery, state: FSMContext) -> None:
        await query.answer()
        assert query.data
        assert isinstance(query.message, Message)
        await state.update_data({query.data.partition(":")[0]: query.data})
        number = _after(query.data)
        if number == 9:
            await query.message.edit_text(DONE)
        else:
            await query.message.edit_text(
                f"Pertanyaan {number + 1} dari 9", reply_markup=rows(number)
            )

    base = url.removesuffix("/bot")
    server = TelegramAPIServer(f"{base}/bot{{token}}/{{method}}", f"{base}/file/{{token}}/{{path}}")
    bot = Bot(token, session=AiohttpSession(api=server))
    asyncio.run(dispatcher.start_polling(bot, handle_signals=False))


if __name__ == "__main__":
    {"ptb": ptb, "aiogram": aiogram}[sys.argv[1]](*sys.argv[2:4])
