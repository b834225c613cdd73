package org.chargeproof.oracle.roaming;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.ocpi.cdrs.Told;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.model.AuthMethod;
import org.chargeproof.ocpi.model.Cdr;
import org.chargeproof.ocpi.model.CdrDimension;
import org.chargeproof.ocpi.model.CdrDimensionType;
import org.chargeproof.ocpi.model.ChargingPeriod;
import org.chargeproof.ocpi.model.ChargingPreferences;
import org.chargeproof.ocpi.model.ChargingPreferencesResponse;
import org.chargeproof.ocpi.model.Evse;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.Price;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.model.Tariff;
import org.chargeproof.protocol.ledger.Tariff.Rate;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;
import org.chargeproof.view.model.ChargePointRecord;
import org.chargeproof.view.model.SessionRecord;
import org.chargeproof.view.rpc.BillMethods.BillOfSession;
import org.chargeproof.view.rpc.BillMethods.ComputedBill;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.rpc.RpcException;
import org.jspecify.annotations.Nullable;

/** What the ledger says of an operator and a provider, as OCPI has it. Reads the view of app backends; safe for use by several threads. */
final class OperatorView {
    /** The field beside those of OCPI in which a CDR has the bill that it was made of, with its proof. */
    static final String BILL = "chargeproof_bill";

    private static final int SECONDS_PER_HOUR = 3_600;
    private static final int HOUR_DIGITS = 4;
    private static final int MOST_BLOCKS = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Methods methods;
    private final PartyId operator;
    private final IntSupplier operatorId;
    private final LongUnaryOperator blockSeconds;
    private final PerBlock<Integer, List<Location>> locations = new PerBlock<>();
    private final PerBlock<Integer, List<Tariff>> tariffs = new PerBlock<>();
    private final PerBlock<Asked, Map<Integer, Session>> sessions = new PerBlock<>();
    private final PerBlock<Integer, Map<Integer, List<Settled>>> settled = new PerBlock<>();
    private final Changes<Integer> rateChanges = new Changes<>();
    private final Changes<Integer> pointChanges = new Changes<>();
    private final Changes<Rate> tariffChanges = new Changes<>();
    private final Changes<Integer> sessionChanges = new Changes<>();
    /** A final bill does not change. */
    private final Map<Integer, Billed> billed = new ConcurrentHashMap<>();

    private final Map<Long, Long> seconds = new ConcurrentHashMap<>();

    /** Whose sessions are asked for: the operator's and a provider's, under the provider's name. */
    private record Asked(int operator, int provider, PartyId party) {}

    /** A session's final bill, whose provider it is, and what stands in a CDR of it but the names of the provider. */
    private record Billed(int provider, Told told) {}

    /**
     * Final bills as CDRs.
     *
     * @param bySession in the order of sessions
     * @param areAll whether none is left out because this node has not computed it yet
     */
    record Bills(Map<Integer, Told> bySession, boolean areAll) {}

    /** A session whose settlement is final. */
    private record Settled(SessionRecord record, ChargePointRecord point, long finalBlock) {}

    /**
     * Reads.
     *
     * @param operator under which it is known to providers
     * @param operatorId on the ledger; 0 while it is not known
     * @param blockSeconds time of a block, by its number, unix seconds
     */
    OperatorView(Methods methods, PartyId operator, IntSupplier operatorId, LongUnaryOperator blockSeconds) {
        this.methods = methods;
        this.operator = operator;
        this.operatorId = operatorId;
        this.blockSeconds = blockSeconds;
    }

    private OperatorObjects objects(Snapshot s) {
        return new OperatorObjects(operator, s.parameters());
    }

    private static Instant now(Snapshot s) {
        return Instant.ofEpochSecond(s.processed().timestampSeconds());
    }

    /** Equal as long as everything here is, but for bills that are left out. */
    Object version() {
        return List.of(methods.read(Snapshot::processed), operatorId.getAsInt());
    }

    /** All locations with charge points of the operator's. */
    List<Location> locations() {
        return methods.read(s -> locations.get(operatorId.getAsInt(), s.processed(), own -> locations(s, own)));
    }

    private List<Location> locations(Snapshot s, int own) {
        OperatorObjects objects = objects(s);
        Map<Integer, List<Evse>> byGroup = new TreeMap<>();
        for (ChargePointRecord point : s.view().chargePoints()) {
            if (point.chargePoint().operator() == own) {
                int id = point.chargePoint().id();
                Rate rate = s.view().tariffs().price(id).inForce(s.view().timestep());
                boolean isAsked = point.chargePoint().session() != null;
                Object state =
                        List.of(point.status(), isAsked, point.chargePoint().removed(), rate);
                byGroup.computeIfAbsent(point.chargePoint().group().id(), g -> new ArrayList<>())
                        .add(objects.evse(
                                point,
                                rate,
                                rateChanges.since(id, rate, now(s)),
                                pointChanges.since(id, state, now(s))));
            }
        }
        return byGroup.entrySet().stream()
                .map(each -> objects.location(each.getKey(), each.getValue()))
                .toList();
    }

    /** The prices that the operator's charge points have now, each once. */
    List<Tariff> tariffs() {
        return methods.read(s -> tariffs.get(operatorId.getAsInt(), s.processed(), own -> tariffs(s, own)));
    }

    private List<Tariff> tariffs(Snapshot s, int own) {
        Set<Rate> rates = s.view().chargePoints().stream()
                .filter(point -> point.chargePoint().operator() == own
                        && !point.chargePoint().removed())
                .map(point -> s.view()
                        .tariffs()
                        .price(point.chargePoint().id())
                        .inForce(s.view().timestep()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        tariffChanges.keep(rates);
        return rates.stream()
                .map(rate -> objects(s).tariff(rate, tariffChanges.since(rate, true, now(s))))
                .toList();
    }

    /** A provider's sessions at the operator's charge points by their numbers, as far back as the view remembers. */
    Map<Integer, Session> sessions(int provider, PartyId party) {
        return methods.read(s -> sessions.get(
                new Asked(operatorId.getAsInt(), provider, party), s.processed(), asked -> sessions(s, asked)));
    }

    private Map<Integer, Session> sessions(Snapshot s, Asked asked) {
        OperatorObjects objects = objects(s);
        sessionChanges.keep(
                s.view().sessions().stream().map(each -> each.session().id()).collect(Collectors.toSet()));
        Map<Integer, Session> sessions = new TreeMap<>();
        for (SessionRecord record : s.view().sessions()) {
            if (isOf(record, asked.operator(), asked.provider())) {
                int id = record.session().id();
                Object state = List.of(record.deliveredWh(), record.isOver(), record.decision() != null);
                sessions.put(id, objects.session(record, asked.party(), sessionChanges.since(id, state, now(s))));
            }
        }
        return sessions;
    }

    /**
     * What a driver wishes of a session, beside what is promised to him on the ledger: nobody but his own account can change that.
     *
     * @return empty when the provider has no such session at the operator's charge points
     */
    Optional<ChargingPreferencesResponse> wish(int provider, String sessionId, ChargingPreferences wish) {
        return methods.read(s -> s.view().sessions().stream()
                .filter(record -> isOf(record, operatorId.getAsInt(), provider)
                        && OperatorObjects.sessionId(record.session().id()).equalsIgnoreCase(sessionId))
                .findFirst()
                .map(record -> objects(s).answer(record, wish)));
    }

    /** A provider's sessions whose bill is final. */
    private List<Settled> settled(int provider) {
        return methods.read(s -> settled.get(operatorId.getAsInt(), s.processed(), own -> settled(s, own)))
                .getOrDefault(provider, List.of());
    }

    /** CDRs of a provider's sessions: the final bills, as far back as the view remembers. */
    Bills cdrs(int provider, PartyId party) {
        List<Settled> settled = settled(provider);
        Map<Integer, Told> cdrs = new TreeMap<>();
        for (Settled each : settled) {
            int session = each.record().session().id();
            Billed known = billed.get(session);
            if (known == null) {
                known = bill(each, party);
                if (known == null) {
                    continue;
                }
                billed.put(session, known);
            }
            cdrs.put(session, known.told());
        }
        billed.entrySet().removeIf(each -> each.getValue().provider() == provider && !cdrs.containsKey(each.getKey()));
        return new Bills(cdrs, cdrs.size() == settled.size());
    }

    /** Number of the oldest session that is remembered. */
    int oldestSession() {
        return methods.read(s -> s.view().sessions().stream()
                .mapToInt(each -> each.session().id())
                .min()
                .orElse(0));
    }

    private static Map<Integer, List<Settled>> settled(Snapshot s, int own) {
        var market = s.market();
        if (market == null || !market.problem().isEmpty()) {
            return Map.of();
        }
        Map<Integer, ChargePointRecord> points = s.view().chargePoints().stream()
                .filter(point -> point.chargePoint().operator() == own)
                .collect(Collectors.toMap(point -> point.chargePoint().id(), point -> point));
        var settled = new HashMap<Integer, List<Settled>>();
        for (SessionRecord record : s.view().sessions()) {
            ChargePointRecord point = points.get(record.session().chargePoint().id());
            if (point != null && record.isOver()) {
                var settlement = market.settlementOf(record.session().id());
                if (settlement != null && settlement.isFinal()) {
                    settled.computeIfAbsent(record.terms().provider(), p -> new ArrayList<>())
                            .add(new Settled(record, point, settlement.finalBlock()));
                }
            }
        }
        return settled;
    }

    private @Nullable Billed bill(Settled settled, PartyId party) {
        BillOfSession answer;
        try {
            answer = methods.bill(settled.record().session().id());
        } catch (RpcException e) {
            // forgotten meanwhile
            return null;
        }
        ComputedBill bill = answer.bill();
        Integer settlement = answer.settlement();
        if (bill == null || settlement == null || !bill.proven()) {
            // another program made the final one, or it is being computed
            return null;
        }
        ObjectNode proof = JSON.valueToTree(bill);
        proof.put("settlement", settlement);
        Instant isFinal = Instant.ofEpochSecond(seconds(settled.finalBlock()));
        Cdr cdr = methods.read(s -> cdr(s, settled, settlement, bill, party, isFinal));
        return new Billed(settled.record().terms().provider(), new Told(cdr, Map.of(BILL, proof)));
    }

    private Cdr cdr(
            Snapshot s, Settled settled, int settlement, ComputedBill bill, PartyId party, Instant lastUpdated) {
        OperatorObjects objects = objects(s);
        int session = settled.record().session().id();
        Instant start = objects.startOf(bill.fromTimestep());
        Instant end = objects.startOf(bill.toTimestep());
        BigDecimal energyKwh = OperatorObjects.kwh(bill.energyWh());
        var rate = new Rate(bill.pricePerKWhE4(), bill.vatE4());
        var cost = new Price(OperatorObjects.micro(bill.costMicroEuro()), OperatorObjects.micro(bill.owedMicroEuro()));
        List<ChargingPeriod> periods = objects.periods(settled.record().meteredWh(), OperatorObjects.tariffId(rate));
        if (periods.isEmpty()) {
            periods = List.of(new ChargingPeriod(
                    start,
                    List.of(new CdrDimension(CdrDimensionType.ENERGY, energyKwh)),
                    OperatorObjects.tariffId(rate)));
        }
        long compensation = bill.compensationMicroEuro();
        return new Cdr(
                operator.countryCode(),
                operator.partyId(),
                OperatorObjects.sessionId(session) + "-T" + settlement,
                start,
                end,
                OperatorObjects.sessionId(session),
                objects.token(Bytes.fromHexString(bill.account()), party),
                AuthMethod.WHITELIST,
                null,
                objects.cdrLocation(settled.point()),
                null,
                "EUR",
                List.of(objects.tariff(rate, start)),
                periods,
                null,
                cost,
                null,
                energyKwh,
                cost,
                BigDecimal.valueOf(end.getEpochSecond() - start.getEpochSecond())
                        .divide(BigDecimal.valueOf(SECONDS_PER_HOUR), HOUR_DIGITS, RoundingMode.HALF_UP),
                null,
                null,
                null,
                null,
                compensation == 0
                        ? null
                        : "Promised and not delivered: compensation of EUR "
                                + OperatorObjects.micro(compensation).toPlainString() + " to the driver",
                null,
                null,
                null,
                null,
                lastUpdated);
    }

    private long seconds(long block) {
        if (seconds.size() > MOST_BLOCKS) {
            seconds.clear();
        }
        return seconds.computeIfAbsent(block, blockSeconds::applyAsLong);
    }

    private static boolean isOf(SessionRecord record, int operator, int provider) {
        return record.session().chargePoint().operator() == operator
                && record.terms().provider() == provider;
    }
}
