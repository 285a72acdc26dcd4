/** Words that say nothing about a subject: the joints of sentences. */
const JOINTS = new Set(
  `the and for with from into onto over under upon about after before between through during without within against
  this that these those there here then than when while where what which who whom whose why how its his her their our your
  you they them she him has have had was were are been being will would shall should can could may might must not nor but
  yet because since until also too very more most much many some any all both each every few several other another such
  same own only just even still again already almost always never often once soon now out off down one two three four five
  six seven eight nine ten first second third last next per via let got get gets getting make makes made making take takes
  took taking give gives gave given put puts see sees saw seen know knows known need needs needed want wants try tries
  tried use uses used using say says said like well good better best new old way thing things something nothing anything
  everything lot little bit yes okay fine sure really quite rather however therefore instead perhaps maybe probably
  it's i'm don't can't won't isn't doesn't didn't let's that's
  это этот эта эти этого этой этих этому этим тот та те того той тех тому тем там тут здесь так такой такая такие также тоже
  как какой какая какие который которая которые которого которой которых что чтобы кто где куда откуда когда пока потом
  теперь затем уже еще ещё снова опять вновь все всё всех всем весь вся всю всего каждый каждая каждую каждого один одна одно
  одну одного два две три четыре пять шесть семь восемь девять десять раз раза первый первая второй вторая третий
  для при про без над под перед после между через около вместо кроме из-за если или либо но однако зато потому поэтому
  она они оно его него ней них ему ими мне меня мной нам нас нами вам вас вами себя свой своя свои своего свою мой моя мои
  наш наша наши ваш ваша ваши был была было были будет будут буду быть есть нет нету можно нужно надо должен должна должны
  могу может могут можем хочу хочет очень более менее больше меньше самый самая самое почти всегда никогда иногда сейчас
  сразу только лишь даже именно просто хорошо лучше ладно вот ведь вроде кажется наверное возможно вероятно`
    .split(/\s+/u)
    .map(plain),
);

/** Beginnings of words that tell how work goes on, whatever it is about. */
const WORK =
  `abort accept access accord achiev acknowledg action activ adapt add adjust again ahead allow alright amount analy answer appl
  approach arrang ask assembl assign attach attempt avail await back bar batch begin began begun block broken build built busy
  byte calcul call cancel carry case categor chang check choos chose chunk clean clear close collect column combin command
  commit compar compil complet comput concern conclu confirm connect consid consist contain content continu convert copie copy
  correct count cover creat current data date deal decid default defin delay delet deliver depend deploy describ detail detect
  determin diff disconn discover document done doubl download draft drop duplic each earl edit effort element empt end enough
  ensur enter entr error establish estimat evaluat exact exampl except execut exist expect explor export express extend
  extern extract fail far fetch field figur file fill filter final find fine finish fix folder follow form format forward found
  full function further gather generat give global go gone goal good grab group guess half handl happen hard head held help
  hit hold hour idea identif ignor import improv includ increas index inform initial input insert inspect instal instruct intern
  invalid issue item iterat job keep kept key kind known label larg late launch lead least leav left level limit line link list
  load local locat lock log long look loop lower main manag manual map mark match matter mean measur merg messag minor minut
  miss mode modif moment month more mov name near necess need next non normal not note notic number object observ obtain obvious
  occur open operat option order organi origin output page paragraph paramet pars part pass path paus pend percent perform phase
  pick piece place plan point posit possib prepar present press previous print prior problem proce process produc progress
  proper propos provid publish pull push queue quick rais ran rang read ready real reason recalc receiv recent record redo reduc
  refer refin reject relat release relev remain remov renam render repair repeat replac report request requir resend reset
  resolv respon rest result resum retr return reus review rework rewrit revis right roll root round row run sampl satisf save
  saving scan schedul score scroll search section see seem select send sent separat sequen serv set setting setup shape share
  short show side simil simpl single size skip slight slow small solut solv sort sourc space spec split stag stand start state
  statement status step stop stor straight string structur stuck studi subject submit succe success suggest summar support
  switch symbol sync tabl tak target task tell templat temporar term test text think thorough thought thread through time titl
  token took tool top topic total touch track transfer transform turn type typed typing unchang unit unknown updat upload user
  usual valid valu vari verif version view visit wait walk warn watch week whole will work wrap write writing written wrong wrote
  year
  анализ баз байт блок буд быстр ввод вернул верн верси вес вид включ внес вниман возвра возник войд вопрос восстан вперед
  времен время выбир выбра вывод выгру выдел выз выпол выпус вырав высо вычисл вычит глав глян год гото груп данн дат
  действ дел день дожид документ доступ дубл ждать жду ждем ждём завер загол загру задан задач закан закон закрыв закры
  замен запис заполн запрос запус знач идет идёт измен имя импорт имеет индекс информ исключ использ исправ источник исход
  итог кажд каталог ключ кол колич колонк команд комм конец конч копир коррект кусок лимит лист лог менят мест месяц
  метод минут момент начал начат начин наход найд найти названи нов номер нужн обзор обнов обраб общ объед объект
  ожид окно оконч оп операц опис определ опци осмотр основ оста отбор отбра отве открыв откры отлад отлож отмен отмет отпра
  отч оцен ошиб очер очист пакет параметр перев перед перезап перей перемест перепис перепровер переход перечит план пович
  повтор подбер подбир подгот поджид подзад подклю подожд подроб подсч подтв поищ поиск пойд показ поле полож полу
  поль помен помет помощ помощью поним попроб попыт попы порц поряд послед посмотр пост поступ посчит правил правк предвар
  предлож преобр прерв пример принял прин приступ причин провал провед провер провед прогр продолж прой просм прост проход
  процен процесс прочит прошл пуст пункт путь работ раздел размер разниц разобр разбир разбор распаков рассч расчет расчёт
  реак реал режим резул решен реши ряд сбой сбор сборк свер сверк свод сдел сегод секунд скач слов случ след служб смен смотр
  снач собир собр совпад содерж создан созда сообщ соответ соотв соедин сохран спис сравн средн стал стар старт стат стер
  строк сумм существ таблиц текст тест тип точн трат требу удал удален удаля удач узна указ успе успеш устан уточн
  файл формат формир форм фрагмент функц ход цел цикл час част черновик чист читаю читать числ шаблон шаг экспорт элемент этап`
    .split(/\s+/u)
    .map(plain);

/** Beginnings of words of those who ask for patience. */
const PATIENCE =
  `work moment second sec minut wait hold think almost bear patien process progress continu soon busy going look hang
  stand trying tri hmm cours underway pend please thank near done longer usual patien стой работ минут секунд момент подожд ожид жду ждем почти готов дума смотр посмотр
  продолж терпен процесс обраб скоро пробу попроб погод секундоч минуточ пожалуйста спасибо законч заканч дольше обычн займет чуть`
    .split(/\s+/u)
    .map(plain);

/** Most letters a word may have beyond such a beginning. */
const LONGEST_ENDING = 7;
/** Below so many letters a beginning has to be the whole word, but for an ending of three. */
const SHORT = 4;

type Stems = ReadonlyMap<string, readonly string[]>;

const byBeginning = (stems: readonly string[]): Stems => Map.groupBy(stems, (stem) => stem.slice(0, 2));
const work = byBeginning(WORK);
const patience = byBeginning(PATIENCE);

/** A word as it is compared: lower case, ё as е. */
export function plain(word: string): string {
  return word.toLowerCase().replaceAll('ё', 'е');
}

/** Whether a plain word says nothing about a subject. */
export const isJoint = (word: string): boolean => JOINTS.has(word);

/** Whether a plain word tells how work goes on, whatever it is about. */
export const isOfWork = (word: string): boolean => isOf(work, word);

/** Whether plain words only ask for patience: no number, no thing, nothing done. */
export const isEmptyTalk = (words: readonly string[]): boolean =>
  words.length > 0 &&
  words.every((word) => word.length < 3 || isJoint(word) || isOf(patience, word)) &&
  !/\d/u.test(words.join(''));

const isOf = (stems: Stems, word: string): boolean =>
  (stems.get(word.slice(0, 2)) ?? []).some(
    (stem) => word.startsWith(stem) && word.length - stem.length <= (stem.length < SHORT ? 3 : LONGEST_ENDING),
  );
