"""The bot on maxapi. It is told by its environment: API_URL, TOKEN, FILE, IMAGE."""

import asyncio
import logging
import os

from maxapi import Bot, Dispatcher
from maxapi.types import CallbackButton, InputMedia
from maxapi.types.updates.message_callback import MessageCallback
from maxapi.types.updates.message_created import MessageCreated
from maxapi.utils.inline_keyboard import InlineKeyboardBuilder

logging.basicConfig(level=logging.INFO)

bot = Bot(os.environ["TOKEN"])
# The address, and nothing else.
bot.set_api_url(os.environ["API_URL"])
dispatcher = Dispatcher()


@dispatcher.message_created()
async def written(event: MessageCreated) -> None:
    text = event.message.body.text
    if text == "hi":
        keyboard = InlineKeyboardBuilder().row(
            CallbackButton(text="Tea", payload="vote:tea"),
            CallbackButton(text="Coffee", payload="vote:coffee"),
        )
        await event.message.answer("Tea or coffee?", attachments=[keyboard.as_markup()])
    elif text == "file":
        file = InputMedia(os.environ["FILE"], type="file")
        await event.message.answer("Here is a file", attachments=[file])
    elif text == "image":
        await event.message.answer("Here is an image", attachments=[InputMedia(os.environ["IMAGE"])])


@dispatcher.message_callback()
async def pressed(event: MessageCallback) -> None:
    await event.answer(notification=f"Counted {event.callback.payload}")
    await event.message.edit("Tea it is", attachments=[])


asyncio.run(dispatcher.start_polling(bot))
