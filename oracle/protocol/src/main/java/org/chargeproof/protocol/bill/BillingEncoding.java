package org.chargeproof.protocol.bill;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.ByteReader;
import org.chargeproof.protocol.ledger.ByteWriter;
import org.chargeproof.protocol.ledger.LedgerEvent.SettlementPosted;
import org.chargeproof.protocol.ledger.MarketTerms;
import org.chargeproof.protocol.ledger.SessionTerms;
import org.chargeproof.protocol.ledger.Tariffs;
import org.chargeproof.protocol.time.NetworkParameters;

/**
 * A {@link BillingState} as bytes, so that a state that was read goes on exactly as the one that was written; the second part of a snapshot.
 * Whoever adds a field to the fold adds it here, and raises the snapshot's version. Groups, plugs and sessions refer to each other: they
 * stand in three tables, and refer to places in these.
 */
final class BillingEncoding {
    private static final int GROUP_BYTES = 4 * Integer.BYTES;
    private static final int REPORT_BYTES = 3 * Integer.BYTES;
    private static final int PLUG_BYTES = 5 * Integer.BYTES + 1;
    private static final int READING_BYTES = Integer.BYTES + Long.BYTES + 1;
    private static final int SESSION_BYTES = 15 * Integer.BYTES + Bytes32.SIZE + 3;
    private static final int POST_BYTES = 4 * Integer.BYTES + 2 * Long.BYTES + 2 * Bytes32.SIZE;
    private static final int PAIR_BYTES = 2 * Integer.BYTES;

    private BillingEncoding() {}

    /** Things in the order in which they are found, and the place of each. */
    private static final class Table<T> {
        final List<T> all = new ArrayList<>();
        private final IdentityHashMap<T, Integer> places = new IdentityHashMap<>();

        void add(T thing) {
            if (places.putIfAbsent(thing, all.size()) == null) {
                all.add(thing);
            }
        }

        int place(T thing) {
            return Objects.requireNonNull(places.get(thing));
        }
    }

    static void write(BillingState state, ByteWriter out) {
        var terms = state.terms;
        out.flag(terms != null);
        if (terms != null) {
            out.number(terms.settlementTimesteps())
                    .number(terms.graceTimesteps())
                    .number(terms.compensationE4())
                    .number(terms.kappaE6());
        }
        state.tariffs.write(out);
        var groups = new Table<BillingGroup>();
        var plugs = new Table<Plug>();
        var sessions = new Table<BilledSession>();
        find(state, groups, plugs, sessions);
        out.number(groups.all.size()).number(plugs.all.size()).number(sessions.all.size());
        groups.all.forEach(group -> write(group, out));
        plugs.all.forEach(plug -> write(plug, groups, out));
        sessions.all.forEach(session -> write(session, plugs, out));
        places(state.groups, groups, out);
        places(state.plugs, plugs, out);
        places(List.copyOf(state.sessions.values()), sessions, out);
        groups.all.forEach(group -> places(group.plugs, plugs, out));
        plugs.all.forEach(plug -> places(plug.sessions, sessions, out));
        write(state.setpoints, out);
        out.number(state.posted.size());
        state.posted.forEach((timestep, posts) -> write(posts, out.number(timestep)));
        out.number(state.applied.size());
        state.applied.forEach((timestep, operators) -> write(operators, out.number(timestep)));
        out.number(state.valuations.size());
        state.valuations.forEach((timestep, id) -> out.number(timestep).hash(id));
        out.number(state.lastFinal).number(state.settlements.size());
        state.settlements.forEach((timestep, record) -> write(record, out.number(timestep)));
    }

    private static void find(
            BillingState state, Table<BillingGroup> groups, Table<Plug> plugs, Table<BilledSession> sessions) {
        state.groups.forEach(groups::add);
        state.plugs.forEach(plug -> groups.add(plug.group));
        state.sessions.values().forEach(session -> groups.add(session.plug.group));
        state.plugs.forEach(plugs::add);
        groups.all.forEach(group -> group.plugs.forEach(plugs::add));
        state.sessions.values().forEach(session -> plugs.add(session.plug));
        state.sessions.values().forEach(sessions::add);
        plugs.all.forEach(plug -> plug.sessions.forEach(sessions::add));
    }

    private static <T> void places(List<T> some, Table<T> table, ByteWriter out) {
        out.number(some.size());
        some.forEach(thing -> out.number(table.place(thing)));
    }

    private static void write(SortedMap<Integer, Bytes> map, ByteWriter out) {
        out.number(map.size());
        map.forEach((key, bytes) -> out.number(key).bytes(bytes));
    }

    private static void write(BillingGroup group, ByteWriter out) {
        out.number(group.id).number(group.operator).number(group.limitW);
        out.number(group.reports.size());
        group.reports.forEach((timestep, report) ->
                out.number(timestep).number(report.loadWh()).number(report.pvWh()));
    }

    private static void write(Plug plug, Table<BillingGroup> groups, ByteWriter out) {
        out.number(plug.id)
                .number(plug.operator)
                .number(groups.place(plug.group))
                .number(plug.maxWhPerStep);
        out.flag(plug.removed);
        out.number(plug.readings.size());
        plug.readings.forEach((timestep, reading) ->
                out.number(timestep).number(reading.registerWh()).flag(reading.occupied()));
    }

    private static void write(BilledSession session, Table<Plug> plugs, ByteWriter out) {
        var terms = session.terms;
        out.number(session.id)
                .bytes(session.account)
                .number(plugs.place(session.plug))
                .number(terms.provider())
                .number(terms.pricePerKWhE4())
                .number(terms.vatE4())
                .number(terms.marginPerKWhE4())
                .number(session.energyWh)
                .number(session.departureTimestep)
                .flag(session.joins)
                .number(session.acceptedTimestep)
                .number(session.interimFrom)
                .number(session.interimTo)
                .number(session.promisedWh)
                .number(session.endedTimestep)
                .number(session.endedBy)
                .flag(session.disturbed)
                .hash(session.records)
                .flag(session.billed);
    }

    private static void write(SettlementRecord record, ByteWriter out) {
        out.number(record.finalCandidate).number(record.candidates.size());
        for (var post : record.candidates) {
            out.number(post.timestep())
                    .number(post.operator())
                    .number(post.candidate())
                    .number(post.snapshotBlock())
                    .hash(post.valuation())
                    .hash(post.billsRoot())
                    .number(post.bills())
                    .number(post.tokens())
                    .bytes(post.sums());
        }
        out.number(record.votes.size());
        record.votes.forEach((operator, candidate) -> out.number(operator).number(candidate));
    }

    static BillingState read(NetworkParameters parameters, ByteReader in) {
        var terms = in.flag() ? new MarketTerms(in.number(), in.number(), in.number(), in.longNumber()) : null;
        var state = new BillingState(parameters, Tariffs.read(in));
        state.terms = terms;
        int groupCount = in.count(GROUP_BYTES);
        int plugCount = in.count(PLUG_BYTES);
        int sessionCount = in.count(SESSION_BYTES);
        var groups = new ArrayList<BillingGroup>();
        var plugs = new ArrayList<Plug>();
        var sessions = new ArrayList<BilledSession>();
        for (int i = 0; i < groupCount; i++) {
            groups.add(group(in));
        }
        for (int i = 0; i < plugCount; i++) {
            plugs.add(plug(groups, in));
        }
        for (int i = 0; i < sessionCount; i++) {
            sessions.add(session(plugs, in));
        }
        state.groups.addAll(places(groups, in));
        state.plugs.addAll(places(plugs, in));
        places(sessions, in).forEach(session -> state.sessions.put(session.id, session));
        groups.forEach(group -> group.plugs.addAll(places(plugs, in)));
        plugs.forEach(plug -> plug.sessions.addAll(places(sessions, in)));
        state.setpoints.putAll(bytes(in));
        int posted = in.count(PAIR_BYTES);
        for (int i = 0; i < posted; i++) {
            state.posted.put(in.number(), bytes(in));
        }
        int applied = in.count(PAIR_BYTES);
        for (int i = 0; i < applied; i++) {
            state.applied.put(in.number(), bytes(in));
        }
        int valuations = in.count(Integer.BYTES + Bytes32.SIZE);
        for (int i = 0; i < valuations; i++) {
            state.valuations.put(in.number(), in.hash());
        }
        state.lastFinal = in.number();
        int settlements = in.count(PAIR_BYTES);
        for (int i = 0; i < settlements; i++) {
            state.settlements.put(in.number(), settlement(in));
        }
        return state;
    }

    private static <T> List<T> places(List<T> table, ByteReader in) {
        int count = in.count(Integer.BYTES);
        var some = new ArrayList<T>(count);
        for (int i = 0; i < count; i++) {
            some.add(at(table, in));
        }
        return some;
    }

    private static <T> T at(List<T> table, ByteReader in) {
        int place = in.number();
        if (place < 0 || place >= table.size()) {
            throw in.wrong("a reference to place " + place + " of " + table.size());
        }
        return table.get(place);
    }

    private static SortedMap<Integer, Bytes> bytes(ByteReader in) {
        var map = new TreeMap<Integer, Bytes>();
        int count = in.count(PAIR_BYTES);
        for (int i = 0; i < count; i++) {
            map.put(in.number(), in.bytes());
        }
        return map;
    }

    private static BillingGroup group(ByteReader in) {
        var group = new BillingGroup(in.number(), in.number(), in.number());
        int reports = in.count(REPORT_BYTES);
        for (int i = 0; i < reports; i++) {
            group.reports.put(in.number(), new BillingGroup.Report(in.number(), in.number()));
        }
        return group;
    }

    private static Plug plug(List<BillingGroup> groups, ByteReader in) {
        var plug = new Plug(in.number(), in.number(), at(groups, in), in.number());
        plug.removed = in.flag();
        int readings = in.count(READING_BYTES);
        for (int i = 0; i < readings; i++) {
            plug.readings.put(in.number(), new Plug.Reading(in.longNumber(), in.flag()));
        }
        return plug;
    }

    private static BilledSession session(List<Plug> plugs, ByteReader in) {
        int id = in.number();
        var account = in.bytes();
        var plug = at(plugs, in);
        var terms = new SessionTerms(in.number(), in.number(), in.number(), in.number());
        var session = new BilledSession(id, account, plug, terms, in.number(), in.number(), in.flag());
        session.acceptedTimestep = in.number();
        session.interimFrom = in.number();
        session.interimTo = in.number();
        session.promisedWh = in.number();
        session.endedTimestep = in.number();
        session.endedBy = in.number();
        session.disturbed = in.flag();
        session.records = in.hash();
        session.billed = in.flag();
        return session;
    }

    private static SettlementRecord settlement(ByteReader in) {
        var record = new SettlementRecord();
        record.finalCandidate = in.number();
        int posts = in.count(POST_BYTES);
        for (int i = 0; i < posts; i++) {
            record.candidates.add(new SettlementPosted(
                    in.number(),
                    in.number(),
                    in.number(),
                    in.longNumber(),
                    in.hash(),
                    in.hash(),
                    in.number(),
                    in.longNumber(),
                    in.bytes()));
        }
        int votes = in.count(PAIR_BYTES);
        for (int i = 0; i < votes; i++) {
            record.votes.put(in.number(), in.number());
        }
        return record;
    }
}
