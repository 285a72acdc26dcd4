/** Other things people talk about. */
export const rambles = {
  en: [
    'Speaking of which, the midfield was a shambles on Sunday and the coach knows it.',
    'You fold the egg whites in gently or the souffle collapses like wet cardboard.',
    'Once upon a time a fox married a lantern and they quarrelled about the moon.',
    'The senator denied having met the ambassador at the regatta.',
    'Sagittarius should avoid quarrels on Wednesday, romance blooms near water.',
    'Dinosaurs had feathers, and yet nobody puts feathers on the plastic ones.',
    'Vinyl sounds warmer, that is what my uncle swears, and he is deaf in one ear.',
    'The submarine surfaced off Madagascar with a crew that spoke only in rhymes.',
    'Knit two, purl two, then turn the sleeve inside out before the cuff.',
    'A good poker face is mostly about the hands and the tea you drink.',
    'Baroque churches in Sicily glow like apricots at sunset.',
    'My horoscope, my haircut and my umbrella were all ruined in one afternoon.',
    'The penguin parade was cancelled because of an opera singer with a cold.',
    'Philosophers never agreed whether a heap of sand minus a grain is a heap.',
    'Grandpa won a goose at the fair and named it after the mayor.',
    'Meteorites smell of gunpowder, astronauts insist.',
  ],
  ru: [
    'Кстати, полузащита в воскресенье опять всё провалила, тренер сам признал.',
    'Белки надо вмешивать осторожно, иначе суфле осядет, как мокрый картон.',
    'Жила-была лиса, вышла замуж за фонарь и ссорилась с ним из-за луны.',
    'Сенатор отрицает встречу с послом на парусной регате.',
    'Стрельцам в среду лучше избегать ссор, у воды расцветёт роман.',
    'У динозавров были перья, а игрушечных делают лысыми.',
    'Виниловая пластинка звучит теплее, клянётся мой глухой дядя.',
    'Подводная лодка всплыла у Мадагаскара, экипаж говорил стихами.',
    'Две лицевые, две изнаночные, потом вывернуть рукав до манжеты.',
    'Хороший блеф в покере держится на руках и на чае.',
    'Барочные церкви Сицилии на закате светятся абрикосом.',
    'Гороскоп, причёска и зонт погибли в один вечер.',
    'Парад пингвинов отменили из-за простуженной оперной певицы.',
    'Философы так и не решили, куча ли песок без одной песчинки.',
    'Дед выиграл на ярмарке гуся и назвал его в честь мэра.',
    'Метеориты пахнут порохом, уверяют космонавты.',
  ],
};

/** What is put before the same step when it is tried again and again. */
export const againPrefixes = {
  en: ['Again:', 'Trying once more:', 'Let me do that again:', 'Same as before:', 'One more time:'],
  ru: ['Снова:', 'Пробую ещё раз:', 'Повторю:', 'То же самое:', 'И ещё разок:'],
};

/** Steps that lead nowhere when they are all there is. */
export const stuckSteps = {
  en: [
    'calling get_document with id "main" and reading what comes back',
    'the answer is empty, so I will call get_document again',
    'opening the settings dialog to look for the switch',
    'the switch is not there, closing the settings dialog',
    'the command printed usage instead of a result, running it again',
    'checking whether the lock file has gone away',
  ],
  ru: [
    'вызываю get_document с именем "main" и читаю ответ',
    'ответ пустой, вызываю get_document ещё раз',
    'открываю окно настроек, ищу переключатель',
    'переключателя нет, закрываю окно настроек',
    'команда напечатала справку вместо ответа, запускаю снова',
    'смотрю, не исчез ли файл блокировки',
  ],
};

/** Talk without a thing in it. */
export const emptyTalk = {
  en: [
    'Working on it…',
    'Please hold on',
    'Processing',
    'This takes a little longer than usual',
    'Nearly done',
    'Hmm',
    'Continuing',
    'Thanks for your patience',
  ],
  ru: [
    'Работаю…',
    'Пожалуйста, подождите',
    'Обрабатываю',
    'Это займёт чуть больше времени, чем обычно',
    'Почти закончил',
    'Хм',
    'Продолжаю',
    'Спасибо за терпение',
  ],
};

/** Sentences of somebody who cannot make up his mind; `@` is what it is about. */
export const dithering = {
  en: [
    '@, or perhaps not',
    'I wonder whether this is right: @',
    'Not sure about that one. @',
    'It might be better to leave it. @',
    '@. I do not know, really',
    'Could be that I have misread it: @',
    'Who knows. @',
  ],
  ru: [
    '@, а может, и нет',
    'Сомневаюсь, что это верно: @',
    'Не знаю. @',
    'Пожалуй, лучше оставить. @',
    '@. Трудно сказать',
    'Похоже, я что-то не так понял: @',
    'Кто знает. @',
  ],
};

/** Beginnings of sentences by which honest work hedges now and then. */
export const honestDoubts = {
  en: ['Probably ', 'I think ', 'It seems ', 'Not sure why, but '],
  ru: ['Скорее всего, ', 'Думаю, ', 'Похоже, ', 'Не уверен почему, но '],
};
