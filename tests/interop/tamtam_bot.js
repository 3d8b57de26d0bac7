// The bot on tamtam. It is told by its environment: API_URL, TOKEN, FILE, IMAGE.
const fs = require('node:fs');
const path = require('node:path');

// The client has its host written inside a function: the address is changed on its way out, and
// nothing else.
const HOST = 'https://botapi.tamtam.chat';
const FETCH = require.resolve('node-fetch', { paths: [require.resolve('tamtam')] });
const fetchOfTheClient = require(FETCH);
let lastAnswer = '';
require.cache[FETCH].exports = (url, options) => {
  const sent = `${options.method} ${url.slice(HOST.length).replace(process.env.TOKEN, '[token]')}`;
  // What the shortcut sends is shown; a poll may be on its way at the same time.
  if (sent.startsWith('POST /answers')) lastAnswer = sent;
  return fetchOfTheClient(url.replace(HOST, process.env.API_URL), options);
};

const { TamTam, Keyboard } = require('tamtam');

const tamtam = new TamTam({ token: process.env.TOKEN });
const { api, updates } = tamtam;

/** What the driver reads: one line of JSON. */
const report = (what) => console.log(JSON.stringify(what));

/** The client has no second step of an upload: it is the bot's. */
async function upload(type, file) {
  const { url } = await api.upload.getUrl(type);
  const form = new FormData();
  form.append('data', new Blob([fs.readFileSync(file)]), path.basename(file));
  const answer = await fetch(url, { method: 'POST', body: form });
  if (!answer.ok) throw new Error(`uploading: ${answer.status} ${await answer.text()}`);
  return { type, payload: await answer.json() };
}

updates.on('message_created', async (context) => {
  if (context.text === 'hi') {
    await context.send('Tea or coffee?', {
      attachments: Keyboard.keyboard([[
        Keyboard.callbackButton({ text: 'Tea', payload: 'vote:tea' }),
        Keyboard.callbackButton({ text: 'Coffee', payload: 'vote:coffee' }),
      ]]),
    });
  } else if (context.text === 'file') {
    await context.send('Here is a file', { attachments: [await upload('file', process.env.FILE)] });
  } else if (context.text === 'image') {
    const image = await upload('image', process.env.IMAGE);
    await context.send('Here is an image', { attachments: [image] });
  }
});

updates.on('message_callback', async (context) => {
  try {
    const { success, message } = await context.sendNotification('Counted by the shortcut');
    report({ shortcut: success, sent: lastAnswer, why: message });
  } catch (error) {
    report({ shortcut: false, sent: lastAnswer, why: error.message });
  }
  const { callback_id: callback, payload } = context.payload.callback;
  await api.messages.answerCallback(callback, { notification: `Counted ${payload}` });
  await api.messages.edit(context.id, { text: 'Tea it is', attachments: [] });
});

// The client keeps the errors of handlers to itself, unless DEBUG asks for them.
process.on('unhandledRejection', (error) => {
  console.error(error);
  process.exit(1);
});
updates.startPolling();
