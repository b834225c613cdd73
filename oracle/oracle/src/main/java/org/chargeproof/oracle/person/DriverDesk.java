package org.chargeproof.oracle.person;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.chargeproof.api.ApiKeys;
import org.chargeproof.api.DriverService;
import org.chargeproof.api.OperatorInputs.Reason;
import org.chargeproof.database.DatabaseAwayException;
import org.chargeproof.database.OpenPerson;
import org.chargeproof.database.PersonDatabase;
import org.chargeproof.database.PersonRecord;
import org.chargeproof.database.Persons;
import org.chargeproof.database.SessionRow;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.payment.wallet.Derivation;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.ledger.SessionTerms;
import org.chargeproof.protocol.ledger.Tariffs;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.rpc.RpcException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.crypto.Credentials;

/**
 * Serves drivers without a wallet of their own: each session has a fresh account of the driver's wallet, for which the provider vouches. How far
 * a request is stands in the database before each thing that is sent, so that after a crash the same account goes on, and none asks twice.
 */
public final class DriverDesk implements DriverService, AutoCloseable {
    private static final int MOST_SHOWN = 1_000;
    private static final int MOST_ON_THE_WAY = 4;
    private static final long DAY_SECONDS = TimeUnit.DAYS.toSeconds(1);
    /** A request that no block has after so long was lost by the node, or never reached it. */
    private static final long LOST_SECONDS = 600;

    private static final long CHORES_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(DriverDesk.class);

    private final PersonDatabase database;
    private final PersonRegister register;
    private final DriverLedger ledger;
    private final Methods methods;
    private final Supplier<String> problem;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AccountsInUse inUse = new AccountsInUse();
    private final SpareAccounts spares;
    private final Claims claims;
    private final Thread chores =
            Thread.ofVirtual().name("chores of drivers' wallets").unstarted(this::doChores);

    /** An account that was taken for a request. */
    private record Taken(int number, Credentials account, SessionRow row) {}

    /** What the newest state says of a session. */
    private record OnLedger(String status, boolean isOver, long chargedMicroEuro) {}

    /** Something that the database does not take, on its way out of a transaction. */
    private static final class WrappedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient RefusedException refused;

        WrappedException(RefusedException refused) {
            super(refused);
            this.refused = refused;
        }
    }

    private DriverDesk(
            PersonDatabase database,
            PersonRegister register,
            DriverLedger ledger,
            Methods methods,
            Supplier<String> problem) {
        this.database = database;
        this.register = register;
        this.ledger = ledger;
        this.methods = methods;
        this.problem = problem;
        this.spares = new SpareAccounts(database.persons(), ledger, inUse);
        this.claims = new Claims(database.persons(), ledger, methods);
    }

    /**
     * Begins.
     *
     * @param client a connection that is this desk's alone
     * @param methods what the newest state is read by
     * @param problem why that state is not the newest; empty when it is
     */
    public static DriverDesk open(
            PersonConfig config,
            LedgerClient client,
            String contract,
            ApiKeys keys,
            Methods methods,
            Supplier<String> problem) {
        var database = PersonDatabase.open(config.database());
        try {
            var register = new PersonRegister(database.persons(), keys);
            register.sweepKeys();
            var ledger = DriverLedger.open(client, contract, config.provider());
            var desk = new DriverDesk(database, register, ledger, methods, problem);
            desk.chores.start();
            return desk;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** What keeps it from serving anybody, empty if nothing. Waits for nothing. */
    public String problem() {
        return database.problem();
    }

    @Override
    public Optional<RefusedException> refusal(RuntimeException error) {
        return error instanceof DatabaseAwayException
                ? Optional.of(
                        new RefusedException(
                                Reason.UNAVAILABLE,
                                "the database of persons does not answer. Try again in some seconds; GET /api/v1/me/sessions then tells what was sent already"))
                : Optional.empty();
    }

    @Override
    public MadePerson add(NewPerson person) throws RefusedException {
        try {
            var made = register.add(person);
            spares.want(made.person());
            return made;
        } catch (Persons.TakenException e) {
            throw new RefusedException(Reason.CONFLICT, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.BAD_VALUE, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public PersonPage list(String afterId, int count) {
        var persons = database.persons().list(afterId, count);
        return new PersonPage(
                persons.stream()
                        .map(p -> new PersonInList(
                                p.id(),
                                p.record().name(),
                                p.record().email(),
                                p.record().phone(),
                                p.record().createdSeconds()))
                        .toList(),
                persons.size() < count ? null : persons.getLast().id());
    }

    @Override
    public DeletedPerson delete(String person) throws RefusedException {
        var open = database.persons()
                .with(
                        person,
                        p -> p.sessions().values().stream()
                                .filter(row -> row.session() > 0 && !isOver(row.session()))
                                .map(SessionRow::session)
                                .toList())
                .orElseThrow(DriverDesk::unknown);
        if (!register.delete(person)) {
            throw unknown();
        }
        return new DeletedPerson(person, open);
    }

    @Override
    public ExportCode newExportCode(String person) throws RefusedException {
        return new ExportCode(person, register.newExportCode(person).orElseThrow(DriverDesk::unknown));
    }

    @Override
    public ShownPerson me(String caller) throws RefusedException {
        String id = person(caller);
        return with(id, person -> {
            var record = person.record();
            long spentMicroEuro = spent(id, record, refreshed(person));
            return new ShownPerson(
                    id,
                    record.name(),
                    record.email(),
                    record.phone(),
                    record.createdSeconds(),
                    record.capMicroEuro(),
                    record.capDays(),
                    spentMicroEuro,
                    record.exportedSeconds());
        });
    }

    @Override
    public OwnWallet wallet(String caller) throws RefusedException {
        String account = with(
                person(caller), person -> Derivation.of(person.words()).payer().getAddress());
        var has = ledger.balances(account);
        return new OwnWallet(account.toLowerCase(Locale.ROOT), has.tokens(), has.microEuro());
    }

    @Override
    public DeletedPerson deleteMe(String caller) throws RefusedException {
        return delete(person(caller));
    }

    @Override
    public SentRequest request(String caller, ChargeRequest asked) throws RefusedException {
        String id = person(caller);
        long budgetMicroEuro = budget(asked);
        settleSent(id);
        Taken taken = take(id, asked, budgetMicroEuro);
        try {
            return send(id, taken, asked);
        } finally {
            inUse.leave(id, taken.number());
            spares.want(id);
        }
    }

    private SentRequest send(String id, Taken taken, ChargeRequest asked) throws RefusedException {
        int number = taken.number();
        var account = taken.account();
        if (taken.row().state() != SessionRow.State.VOUCHED) {
            try {
                if (!ledger.isVouchedFor(account.getAddress())) {
                    ledger.vouch(List.of(account), hash -> change(id, number, row -> row.vouchedIn(hash)));
                }
            } catch (RefusedException e) {
                // it counts no more; whether it is vouched for is looked at when it is taken again
                change(id, number, row -> row.asking(-1, 0, row.requestedSeconds(), 0));
                throw e;
            }
        }
        try {
            var receipt = ledger.request(account, asked, hash -> change(id, number, row -> row.sentIn(hash)));
            receipt.ifPresent(r -> settle(id, number, DriverLedger.session(r)));
        } catch (RefusedException e) {
            // what was signed may have reached a node all the same
            change(id, number, row -> row.state() == SessionRow.State.SENT ? row : row.in(SessionRow.State.VOUCHED));
            throw e;
        }
        var row = with(id, person -> Optional.ofNullable(person.sessions().get(number)))
                .orElseThrow(DriverDesk::unknown);
        if (row.state() == SessionRow.State.FAILED) {
            throw new RefusedException(
                    Reason.CONFLICT, "the ledger refused the request: somebody else was first. Ask again");
        }
        Integer session = row.session() == 0 ? null : row.session();
        return new SentRequest(
                number,
                row.state().name(),
                row.account(),
                row.vouchTransaction(),
                row.requestTransaction(),
                session,
                row.budgetMicroEuro(),
                session == null ? null : "/api/v1/sessions/" + session);
    }

    @Override
    public String end(String caller, int session) throws RefusedException {
        String id = person(caller);
        settleSent(id);
        var account = with(
                        id,
                        person -> person.sessions().entrySet().stream()
                                .filter(e -> e.getValue().session() == session)
                                .findFirst()
                                .map(e -> Derivation.of(person.words()).session(e.getKey())))
                .orElseThrow(() -> notYours(session));
        return ledger.end(account, session);
    }

    /** Ends a session that is paid no more. What fails is said: who was paid knows, and delivers no more either. */
    public void endUnpaid(int session) {
        try {
            ledger.endAsProvider(session);
        } catch (RefusedException e) {
            LOG.warn("session {} is paid no more, and could not be ended: {}", session, e.getMessage());
        }
    }

    @Override
    public List<OwnSession> sessions(String caller) throws RefusedException {
        String id = person(caller);
        settleSent(id);
        var own = with(id, person -> {
            var all = new ArrayList<OwnSession>();
            refreshed(person).forEach((number, row) -> {
                if (row.state() != SessionRow.State.VOUCHED && row.chargePoint() >= 0) {
                    all.add(own(number, row));
                }
            });
            return all;
        });
        // accounts that were vouched for ahead are not used in their order
        own.sort(Comparator.comparingLong(OwnSession::requestedSeconds)
                .thenComparing(OwnSession::session, Comparator.nullsLast(Comparator.naturalOrder()))
                .reversed());
        return own.stream().limit(MOST_SHOWN).toList();
    }

    private OwnSession own(int number, SessionRow row) {
        var known = row.session() == 0 ? null : onLedger(row.session());
        return new OwnSession(
                number,
                row.state().name(),
                row.session() == 0 ? null : row.session(),
                row.account(),
                row.chargePoint(),
                row.energyWh(),
                row.requestedSeconds(),
                row.budgetMicroEuro(),
                row.chargedMicroEuro() < 0 ? null : row.chargedMicroEuro(),
                known == null ? null : known.status());
    }

    @Override
    public void requireOwn(String caller, int session) throws RefusedException {
        String id = person(caller);
        settleSent(id);
        boolean isOwn =
                with(id, person -> person.sessions().values().stream().anyMatch(row -> row.session() == session));
        if (!isOwn) {
            throw notYours(session);
        }
    }

    @Override
    public ShownWords export(String caller, String code) throws RefusedException {
        String words = with(person(caller), person -> {
            var record = person.record();
            if (record.exportCode().isEmpty()) {
                throw wrapped(
                        Reason.CONFLICT,
                        "the code is used up, or too many wrong ones were tried. The operator can give you another one");
            }
            if (PersonRegister.isCode(code, record.exportCode())) {
                person.change(record.withExport("", 0, Instant.now().getEpochSecond()));
                return person.words();
            }
            int failures = record.exportFailures() + 1;
            person.change(record.withExport(
                    failures >= PersonRegister.MOST_EXPORT_FAILURES ? "" : record.exportCode(),
                    failures,
                    record.exportedSeconds()));
            return "";
        });
        if (words.isEmpty()) {
            throw new RefusedException(
                    Reason.NOT_YOURS,
                    "that is not the code that this person was given. After " + PersonRegister.MOST_EXPORT_FAILURES
                            + " wrong ones none counts any more");
        }
        return new ShownWords(words);
    }

    /** What nobody waits for. What fails is tried again. */
    private void doChores() {
        String said = "";
        try {
            while (!closing.await(CHORES_MILLIS, TimeUnit.MILLISECONDS)) {
                said = problem.get().isEmpty() ? doChoresOnce(said) : said;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return what went wrong, which is not said again */
    private String doChoresOnce(String said) {
        try {
            spares.lookAfter(methods.read(s -> s.view().timestep()));
            claims.look();
            return "";
        } catch (RefusedException | RuntimeException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(said) && closing.getCount() > 0) {
                LOG.warn("accounts of drivers' wallets are not looked after now: {}", why);
            }
            return why;
        }
    }

    @Override
    public void close() {
        closing.countDown();
        chores.interrupt();
        try {
            chores.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ledger.close();
        database.close();
    }

    /** Takes an account that was given and never asked by, or a fresh one; what it can cost must fit under the person's cap. */
    private Taken take(String id, ChargeRequest asked, long budgetMicroEuro) throws RefusedException {
        return with(id, person -> {
            var record = person.record();
            if (record.exportedSeconds() > 0) {
                throw wrapped(
                        Reason.CONFLICT,
                        "the words of this wallet were shown: it is the driver's alone, and two that use it would give one account twice."
                                + " Ask with the wallet itself, or have the operator add you anew");
            }
            var rows = refreshed(person);
            long spentMicroEuro = spent(id, record, rows);
            if (spentMicroEuro + budgetMicroEuro > record.capMicroEuro()) {
                throw wrapped(
                        Reason.CONFLICT,
                        "this session can cost " + budgetMicroEuro + " millionths of a euro. Of the cap of "
                                + record.capMicroEuro() + " for " + record.capDays() + " days, " + spentMicroEuro
                                + " are spent or held. Ask for less, or have the operator raise the cap");
            }
            long waiting = rows.values().stream()
                    .filter(row -> row.state() == SessionRow.State.SENT)
                    .count();
            if (waiting >= MOST_ON_THE_WAY) {
                throw wrapped(
                        Reason.CONFLICT,
                        waiting + " requests wait for a block; ask again when GET /api/v1/me/sessions shows them");
            }
            int number = rows.isEmpty() ? 0 : rows.lastKey() + 1;
            for (var row : rows.entrySet()) {
                var state = row.getValue().state();
                if ((state == SessionRow.State.VOUCHED || state == SessionRow.State.TAKEN)
                        && !inUse.has(id, row.getKey())) {
                    number = row.getKey();
                    break;
                }
            }
            var account = Derivation.of(person.words()).session(number);
            long now = Instant.now().getEpochSecond();
            var known = rows.get(number);
            var row = known == null
                    ? SessionRow.taken(
                            account.getAddress().toLowerCase(Locale.ROOT),
                            asked.chargePoint(),
                            asked.energyWh(),
                            now,
                            budgetMicroEuro)
                    : known.asking(asked.chargePoint(), asked.energyWh(), now, budgetMicroEuro);
            person.put(number, row);
            inUse.enter(id, number);
            return new Taken(number, account, row);
        });
    }

    /** What waits for a block: whether one has it now. */
    private void settleSent(String id) throws RefusedException {
        var sent = with(id, person -> {
            var waiting = new TreeMap<Integer, SessionRow>();
            person.sessions().forEach((number, row) -> {
                if (row.state() == SessionRow.State.SENT && !inUse.has(id, number)) {
                    waiting.put(number, row);
                }
            });
            return waiting;
        });
        for (Map.Entry<Integer, SessionRow> each : sent.entrySet()) {
            var row = each.getValue();
            var receipt = ledger.receipt(row.requestTransaction());
            if (receipt.isPresent()) {
                settle(id, each.getKey(), DriverLedger.session(receipt.get()));
            } else if (Instant.now().getEpochSecond() - row.requestedSeconds() > LOST_SECONDS
                    && ledger.isFresh(row.account())) {
                change(id, each.getKey(), lost -> lost.in(SessionRow.State.VOUCHED));
            }
        }
    }

    private void settle(String id, int number, int session) {
        change(id, number, row -> session > 0 ? row.onLedger(session) : row.in(SessionRow.State.FAILED));
        if (session > 0) {
            claims.add(session, id, number);
        }
    }

    /** Nothing happens when the person was deleted meanwhile. */
    private void change(String id, int number, UnaryOperator<SessionRow> change) {
        change(database.persons(), id, number, change);
    }

    /** The same for what looks after accounts. */
    static void change(Persons persons, String id, int number, UnaryOperator<SessionRow> change) {
        persons.with(id, person -> {
            var row = person.sessions().get(number);
            if (row != null) {
                person.put(number, change.apply(row));
            }
            return true;
        });
    }

    /** All sessions, with what those that are over have cost. */
    private SortedMap<Integer, SessionRow> refreshed(OpenPerson person) {
        var rows = person.sessions();
        rows.replaceAll((number, row) -> {
            if (row.state() != SessionRow.State.ON_LEDGER || row.chargedMicroEuro() >= 0) {
                return row;
            }
            var known = onLedger(row.session());
            if (known == null || !known.isOver()) {
                return row;
            }
            var charged = row.charged(known.chargedMicroEuro());
            person.put(number, charged);
            return charged;
        });
        return rows;
    }

    private long spent(String id, PersonRecord record, SortedMap<Integer, SessionRow> rows) {
        long since = Instant.now().getEpochSecond() - record.capDays() * DAY_SECONDS;
        return rows.entrySet().stream()
                .filter(e -> e.getValue().requestedSeconds() >= since)
                // one that was left half-way asks for nothing until it is taken again
                .filter(e -> e.getValue().state() != SessionRow.State.TAKEN || inUse.has(id, e.getKey()))
                .mapToLong(e -> e.getValue().countedMicroEuro())
                .sum();
    }

    /** What a request can cost at most: all of its energy, at the prices that would be its own. */
    private long budget(ChargeRequest asked) throws RefusedException {
        Long microEuro = methods.read(s -> s.view().chargePoints().stream()
                .map(record -> record.chargePoint())
                .filter(c -> !c.removed() && c.id() == asked.chargePoint())
                .findFirst()
                .map(c -> {
                    int timestep = s.view().timestep();
                    var tariffs = s.view().tariffs();
                    // the next one, too: the request's block may be of it
                    long now = terms(tariffs, c.id(), timestep).chargedMicroEuro(asked.energyWh());
                    return Math.max(now, terms(tariffs, c.id(), timestep + 1).chargedMicroEuro(asked.energyWh()));
                })
                .orElse(null));
        if (microEuro == null) {
            throw new RefusedException(
                    Reason.UNKNOWN,
                    "there is no charge point " + asked.chargePoint()
                            + ". GET /api/v1/charge-points lists all with their numbers and EVSE ids");
        }
        return microEuro;
    }

    private SessionTerms terms(Tariffs tariffs, int chargePoint, int timestep) {
        var rate = tariffs.price(chargePoint).inForce(timestep);
        return new SessionTerms(
                ledger.provider(),
                rate.perKWhE4(),
                rate.vatE4(),
                tariffs.margin(ledger.provider()).inForce(timestep).perKWhE4());
    }

    private boolean isOver(int session) {
        try {
            var known = onLedger(session);
            return known == null || known.isOver();
        } catch (RpcException e) {
            // a deletion waits for no ledger
            return false;
        }
    }

    private @Nullable OnLedger onLedger(int session) {
        return methods.read(s -> {
            var record = s.view().session(session);
            return record == null
                    ? null
                    : new OnLedger(
                            record.session().status().name(),
                            record.session().status() == Session.Status.ENDED
                                    || record.session().status() == Session.Status.REFUSED,
                            record.terms().chargedMicroEuro(record.deliveredWh()));
        });
    }

    private String person(String caller) throws RefusedException {
        return database.persons()
                .byLogin(caller)
                .orElseThrow(() -> new RefusedException(
                        Reason.NOT_YOURS,
                        "this key or token is no person's here. The operator adds one with POST /api/v1/persons"));
    }

    private <T> T with(String id, Function<OpenPerson, T> work) throws RefusedException {
        try {
            return database.persons().with(id, work).orElseThrow(DriverDesk::unknown);
        } catch (WrappedException e) {
            throw e.refused;
        } catch (Persons.TakenException e) {
            throw new RefusedException(Reason.CONFLICT, String.valueOf(e.getMessage()));
        }
    }

    private static WrappedException wrapped(Reason reason, String detail) {
        return new WrappedException(new RefusedException(reason, detail));
    }

    private static RefusedException unknown() {
        return new RefusedException(Reason.UNKNOWN, "there is no such person, or not any more");
    }

    /** The same whether it is somebody else's or nobody's. */
    private static RefusedException notYours(int session) {
        return new RefusedException(
                Reason.UNKNOWN, "you have no session " + session + ". GET /api/v1/me/sessions lists yours");
    }
}
