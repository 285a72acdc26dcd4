import type { FailureClass, IncidentContext } from '@seedcore/contracts';
import type { Sign } from './failure-names.ts';

/** What people and programs write when it fails, in English and Russian. */
const PHRASE_WEIGHT = 2.5;

type Phrases = { readonly class: FailureClass; readonly en: RegExp; readonly ru: RegExp };

const phrases: readonly Phrases[] = [
  {
    class: 'transient_network',
    en: /connection (was )?(reset|lost|closed|dropped|aborted)|socket hang up|broken pipe|network (is )?unreachable|temporary failure|no route to host|packet loss|handshake failed/i,
    ru: /соединение (было )?(сброшено|потеряно|разорвано|закрыто)|обрыв (связи|соединения)|сеть недоступна|связь (прервана|потеряна)/i,
  },
  {
    class: 'timeout',
    en: /time(d)?[ -]?out|deadline (was )?exceeded|took too long|no (reply|response|answer) (within|in) |did not (respond|answer|reply|finish) (in|within)/i,
    ru: /тайм-?аут|время (ожидания )?(истекло|вышло)|превышено время|истекло время|не ответил[ао]? за/i,
  },
  {
    class: 'overload',
    en: /overload|too busy|queue (is |was )?full|backlog|backpressure|too many (concurrent|pending|queued|open) (requests|calls|connections|jobs)|saturated|over capacity|shedding load/i,
    ru: /перегру(ж|з)|очередь (переполнена|полна|заполнена)|слишком много (одновременных|соединений|запросов одновременно)/i,
  },
  {
    class: 'rate_limit',
    en: /rate.?limit|too many requests|quota (was |is )?exceeded|throttl|(requests|calls|tokens) per (second|minute|hour|day)/i,
    ru: /лимит (запросов|обращений)|превышен[аы]? квот|слишком часто|ограничение частоты/i,
  },
  {
    class: 'dependency_down',
    en: /connection refused|(could not|cannot|can't|unable to|failed to) connect|service unavailable|bad gateway|(host|server|service|database|broker|upstream|backend|replica|cluster) (is |was |went )?(down|unavailable|unreachable|offline|not (running|reachable|available|responding))|no responders?|name or service not known/i,
    ru: /в соединении отказано|(сервис|сервер|база|брокер|узел)( данных)? (недоступ|не отвечает|не работает|упал)|не удалось подключиться/i,
  },
  {
    class: 'bad_input',
    en: /invalid (argument|input|parameter|value|json|format|request|date|field|payload|e-?mail|url)|validation (failed|error)|must (be|have|not)|is required|missing (field|parameter|argument|required)|malformed|unexpected token|unknown field|(cannot|could not|failed to) parse/i,
    ru: /некорректн|неверн(ый|ое|ая|ые) (формат|аргумент|параметр|значени|запрос)|обязательн|не удалось разобрать/i,
  },
  {
    class: 'permission',
    en: /permission denied|access (is |was )?denied|forbidden|unauthori[sz]ed|not (allowed|authori[sz]ed|permitted) to|insufficient (privileges|permissions|rights|scope)|authentication (failed|required)|(token|credentials?|certificate|api key|password) (has |have |is |was |are )?(expired|rejected|revoked|wrong)/i,
    ru: /доступ (запрещ|закрыт)|(нет|недостаточно) прав|отказано в доступе|не авторизован|срок действия (токена|пароля|сертификата)/i,
  },
  {
    class: 'not_found',
    en: /not found|no such |does(n't| not) exist|no longer exists|unknown (agent|task|id|user|record|organ|table|route|endpoint|key)/i,
    ru: /не найден|не существует|нет такого|нет такой/i,
  },
  {
    class: 'conflict',
    en: /conflict|already (exists|taken|locked)|duplicate (key|entry|id)|deadlock|(version|revision|etag) mismatch|wrong last sequence|was (modified|changed) (by|since)|concurrent(ly)? (update|modif|change|writ)|could not serialize|lock is held/i,
    ru: /конфликт|уже (существует|занят|заблокирован)|взаимная блокировка|изменен[оаы]? другим/i,
  },
  {
    class: 'resource_exhausted',
    en: /no space left|disk (is |was )?full|out of (memory|disk|space|inodes|handles|file descriptors|ports)|memory (limit|exhausted|allocation)|heap (limit|size)|cannot allocate|too many open files|oom.?kill|(pool|quota of disk|storage) (is |was )?exhausted/i,
    ru: /нет места|диск (полон|переполнен|заполнен)|(недостаточно|не хватает|не хватило) (памяти|места)|закончил(ась|ось) (память|место)/i,
  },
  {
    class: 'data_quality',
    en: /anomal|outlier|implausible|\bNaN\b|(missing|null|empty|stale|duplicate|corrupt(ed)?|negative) (values?|rows?|columns?|cells?|readings?|samples?|records?|data)|checksum|schema (mismatch|changed|drift)|truncated|gaps? in (the )?(data|series)|drifted/i,
    ru: /аномал|выброс|пропущенн|пропуск(и|ов)|(битые|повреждённые|поврежденные|устаревшие) (данные|записи|строки)|контрольная сумма/i,
  },
  {
    class: 'model_output',
    en: /(model|llm|completion|assistant)('s)? (output|reply|response|answer|returned|replied|answered|produced)|hallucinat|content.?filter|finish.?reason|tool.?call|refused to answer|output (did|does) not (match|fit|validate)/i,
    ru: /модель (вернула|ответила|выдала|отказалась)|ответ(е|а)? модели|галлюцинац/i,
  },
  {
    class: 'logic_defect',
    en: /is not a function|undefined is not|cannot read propert|(null|nil) (pointer|reference)|segmentation fault|assertion|invariant|index out of (range|bounds)|division by zero|unhandled|stack overflow|maximum call stack|unreachable code|not implemented|infinite loop/i,
    ru: /деление на ноль|необработанн|выход за границ|нарушен инвариант|бесконечный цикл/i,
  },
  {
    class: 'configuration',
    en: /config(uration)?\b|environment variable|not configured|misconfigur|unknown (option|setting|flag)|missing (setting|variable|secret|option)|feature flag|wrong (port|host|setting)|\.(ya?ml|toml|ini|env)\b/i,
    ru: /конфигурац|настройк|переменн(ая|ой|ую) окружения|не задан/i,
  },
  {
    class: 'cancelled',
    en: /cancel|(aborted|stopped|interrupted|killed) by (the )?(user|caller|operator|client)|shut(ting)? ?down|sigterm/i,
    ru: /отмен|прерван[оаы]? (пользовател|оператор)|остановлен[оаы]? (пользовател|оператор)/i,
  },
];

/** Signs in the words of the message, each class at most once. */
export function phraseSigns(incident: IncidentContext): Sign[] {
  return phrases.flatMap((row) => {
    const match = row.en.exec(incident.message) ?? row.ru.exec(incident.message);
    if (match === null) return [];
    return [{ rule: `phrase.${row.class}`, class: row.class, weight: PHRASE_WEIGHT, quote: match[0] }];
  });
}
