// The bot on @maxhub/max-bot-api. It is told by its environment: API_URL, TOKEN, FILE, IMAGE.
const fs = require('node:fs');
const { Bot, Keyboard } = require('@maxhub/max-bot-api');

// The address, and nothing else.
const bot = new Bot(process.env.TOKEN, { clientOptions: { baseUrl: process.env.API_URL } });

bot.hears('hi', (ctx) => ctx.reply('Tea or coffee?', {
  attachments: [Keyboard.inlineKeyboard([[
    Keyboard.button.callback('Tea', 'vote:tea'),
    Keyboard.button.callback('Coffee', 'vote:coffee'),
  ]])],
}));

bot.hears('file', async (ctx) => {
  const file = await ctx.api.uploadFile({ source: process.env.FILE });
  await ctx.reply('Here is a file', { attachments: [file.toJson()] });
});

bot.hears('image', async (ctx) => {
  const image = await ctx.api.uploadImage({ source: fs.readFileSync(process.env.IMAGE) });
  await ctx.reply('Here is an image', { attachments: [image.toJson()] });
});

bot.action(/^vote:/, async (ctx) => {
  await ctx.answerOnCallback({ notification: `Counted ${ctx.callback.payload}` });
  await ctx.editMessage({ text: 'Tea it is', attachments: [] });
});

bot.start();
