package org.chargeproof.protocol.ledger;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerEvent.MeterEntry;
import org.chargeproof.protocol.ledger.LedgerEvent.SessionRecord;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Type;
import org.web3j.crypto.Hash;

/** Decodes the logs of the contracts. A log of another event is none of its business and decodes to nothing. */
public final class LogDecoder {
    /** Bytes of one entry of {@code MetersReported}: see ICharging.reportMeters. */
    public static final int METER_ENTRY_BYTES = 17;
    /** Bytes of one step of {@code ForecastPublished}: see ICharging.publishForecast. */
    public static final int FORECAST_STEP_BYTES = 13;

    /** Bytes of one entry of {@code SessionsRecorded}: see IMeters.record. */
    public static final int SESSION_RECORD_BYTES = 36;

    private static final Map<Bytes32, Spec> SPECS = new LinkedHashMap<>();
    private static final Bytes32 NETWORK_LINKED;
    private static final Bytes32 MARKET_LINKED;

    static {
        NETWORK_LINKED = spec(
                "NetworkLinked(string,address,address,address,address,uint64,uint32,"
                        + "uint32,uint32,uint32,uint16,uint8,uint8)",
                v -> new LedgerEvent.NetworkLinked(
                        v.text(0),
                        v.address(1),
                        v.address(2),
                        v.address(3),
                        v.address(4),
                        v.number(5),
                        v.u(6),
                        v.u(7),
                        v.u(8),
                        v.u(9),
                        v.u(10),
                        v.u(11),
                        v.u(12)));
        MARKET_LINKED = spec(
                "MarketLinked(address,address,address,address,address,address,uint16,uint16,uint32,uint32)",
                v -> new LedgerEvent.MarketLinked(
                        v.address(0),
                        v.address(1),
                        v.address(2),
                        v.address(3),
                        v.address(4),
                        v.address(5),
                        v.u(6),
                        v.u(7),
                        v.u(8),
                        v.number(9)));
        spec(
                "OperatorAdmitted(uint8 indexed,string,address,address,address)",
                v -> new LedgerEvent.OperatorAdmitted(v.u(0), v.text(1), v.address(2), v.address(3), v.address(4)));
        spec("OperatorExcluded(uint8 indexed)", v -> new LedgerEvent.OperatorExcluded(v.u(0)));
        spec(
                "AccountsChanged(uint8 indexed,address,address)",
                v -> new LedgerEvent.AccountsChanged(v.u(0), v.address(1), v.address(2)));
        spec(
                "ProviderAdmitted(uint8 indexed,string,address,address)",
                v -> new LedgerEvent.ProviderAdmitted(v.u(0), v.text(1), v.address(2), v.address(3)));
        spec("ProviderExcluded(uint8 indexed)", v -> new LedgerEvent.ProviderExcluded(v.u(0)));
        spec("DeskChanged(uint8 indexed,address)", v -> new LedgerEvent.DeskChanged(v.u(0), v.address(1)));
        spec(
                "GroupRegistered(uint32 indexed,uint8 indexed,uint32,uint32,uint8,uint16)",
                v -> new LedgerEvent.GroupRegistered(v.u(0), v.u(1), v.u(2), v.u(3), v.u(4), v.u(5)));
        spec("GroupRemoved(uint32 indexed)", v -> new LedgerEvent.GroupRemoved(v.u(0)));
        spec("GroupLimitChanged(uint32 indexed,uint32)", v -> new LedgerEvent.GroupLimitChanged(v.u(0), v.u(1)));
        spec(
                "GroupPolicyChanged(uint32 indexed,uint8,uint16)",
                v -> new LedgerEvent.GroupPolicyChanged(v.u(0), v.u(1), v.u(2)));
        spec(
                "ChargePointRegistered(uint32 indexed,uint32 indexed,uint8 indexed,uint32,uint32,string)",
                v -> new LedgerEvent.ChargePointRegistered(v.u(0), v.u(1), v.u(2), v.u(3), v.u(4), v.text(5)));
        spec(
                "ChargePointLocated(uint32 indexed,int32,int32,uint8)",
                v -> new LedgerEvent.ChargePointLocated(v.u(0), v.u(1), v.u(2), v.u(3)));
        spec(
                "ChargePointPriced(uint32 indexed,uint32,uint16,uint32,uint32)",
                v -> new LedgerEvent.ChargePointPriced(v.u(0), v.clamped(1), v.u(2), v.u(3), v.u(4)));
        spec(
                "MarginChanged(uint8 indexed,uint32,uint32,uint32)",
                v -> new LedgerEvent.MarginChanged(v.u(0), v.clamped(1), v.u(2), v.u(3)));
        spec("ChargePointRemoved(uint32 indexed)", v -> new LedgerEvent.ChargePointRemoved(v.u(0)));
        spec(
                "ChargingRequested(uint32 indexed,uint32 indexed,address indexed,"
                        + "uint8,uint32,uint32,uint32,uint32,bool,uint32,uint32)",
                v -> new LedgerEvent.ChargingRequested(
                        v.u(0),
                        v.u(1),
                        v.address(2),
                        v.u(3),
                        v.u(4),
                        v.u(5),
                        v.u(6),
                        v.u(7),
                        v.flag(8),
                        v.u(9),
                        v.u(10)));
        spec(
                "RequestDecided(uint32 indexed,uint32 indexed,bool,uint32,uint32,uint32)",
                v -> new LedgerEvent.RequestDecided(
                        v.u(0), v.u(1), v.flag(2), v.clamped(3), v.clamped(4), v.clamped(5)));
        spec(
                "SessionEnded(uint32 indexed,uint32 indexed,uint32,uint8)",
                v -> new LedgerEvent.SessionEnded(v.u(0), v.u(1), v.u(2), v.u(3)));
        spec(
                "MetersReported(uint8 indexed,uint32 indexed,bytes)",
                v -> new LedgerEvent.MetersReported(v.u(0), v.u(1), meterEntries(v.bytes(2))));
        spec(
                "GroupReported(uint32 indexed,uint32 indexed,uint32,uint32,uint32)",
                v -> new LedgerEvent.GroupReported(v.u(0), v.u(1), v.u(2), v.u(3), v.u(4)));
        spec(
                "ForecastPublished(uint32 indexed,uint32 indexed,bytes)",
                v -> new LedgerEvent.ForecastPublished(v.u(0), v.u(1), forecastSteps(v.bytes(2))));
        spec(
                "PlanPosted(uint32 indexed,uint8 indexed,uint8,uint64,bytes32,bytes32,bytes32,bytes32,bytes,bytes)",
                v -> new LedgerEvent.PlanPosted(
                        v.u(0),
                        v.u(1),
                        v.u(2),
                        v.number(3),
                        v.hash(4),
                        v.hash(5),
                        v.hash(6),
                        v.hash(7),
                        v.bytes(8),
                        v.bytes(9)));
        spec(
                "PlanAttested(uint32 indexed,uint8 indexed,uint8)",
                v -> new LedgerEvent.PlanAttested(v.u(0), v.u(1), v.u(2)));
        spec(
                "PlanFinal(uint32 indexed,uint8,uint8,uint8)",
                v -> new LedgerEvent.PlanFinal(v.u(0), v.u(1), v.u(2), v.u(3)));
        spec("FallbackDeclared(uint32 indexed,uint8 indexed)", v -> new LedgerEvent.FallbackDeclared(v.u(0), v.u(1)));
        spec(
                "SettlementPosted(uint32 indexed,uint8 indexed,uint8,uint64,bytes32,bytes32,uint32,uint64,bytes)",
                v -> new LedgerEvent.SettlementPosted(
                        v.u(0),
                        v.u(1),
                        v.u(2),
                        v.number(3),
                        v.hash(4),
                        v.hash(5),
                        v.clamped(6),
                        v.number(7),
                        v.bytes(8)));
        spec(
                "SettlementAttested(uint32 indexed,uint8 indexed,uint8)",
                v -> new LedgerEvent.SettlementAttested(v.u(0), v.u(1), v.u(2)));
        spec(
                "SettlementFinal(uint32 indexed,uint8,uint8,uint8)",
                v -> new LedgerEvent.SettlementFinal(v.u(0), v.u(1), v.u(2), v.u(3)));
        spec(
                "SessionsRecorded(uint8 indexed,bytes)",
                v -> new LedgerEvent.SessionsRecorded(v.u(0), sessionRecords(v.bytes(1))));
        spec(
                "TokensClaimed(uint32 indexed,address indexed,uint64)",
                v -> new LedgerEvent.TokensClaimed(v.clamped(0), v.address(1), v.clampedLong(2)));
        spec(
                "CompensationClaimed(uint32 indexed,address indexed,uint64)",
                v -> new LedgerEvent.CompensationClaimed(v.clamped(0), v.address(1), v.clampedLong(2)));
        spec(
                "ChannelOpened(address indexed,uint8 indexed,address,uint8,uint32)",
                v -> new LedgerEvent.ChannelOpened(v.address(0), v.u(1), v.address(2), v.u(3), v.number(4)));
        spec(
                "Deposited(address indexed,uint8 indexed,uint64)",
                v -> new LedgerEvent.Deposited(v.address(0), v.u(1), v.clampedLong(2)));
        spec(
                "VoucherAccepted(address indexed,uint8 indexed,uint64)",
                v -> new LedgerEvent.VoucherAccepted(v.address(0), v.u(1), v.clampedLong(2)));
        spec(
                "Paid(address indexed,uint8 indexed,uint64,uint64)",
                v -> new LedgerEvent.Paid(v.address(0), v.u(1), v.clampedLong(2), v.clampedLong(3)));
        spec(
                "ClosingAnnounced(address indexed,uint8 indexed,uint32,uint64)",
                v -> new LedgerEvent.ClosingAnnounced(v.address(0), v.u(1), v.u(2), v.clampedLong(3)));
        spec(
                "ChannelClosed(address indexed,uint8 indexed,uint64,uint64)",
                v -> new LedgerEvent.ChannelClosed(v.address(0), v.u(1), v.clampedLong(2), v.clampedLong(3)));
        spec(
                "SetpointsApplied(uint32 indexed,uint8 indexed,bytes)",
                v -> new LedgerEvent.SetpointsApplied(v.u(0), v.u(1), v.bytes(2)));
        spec(
                "ChunkStored(bytes32 indexed,uint8 indexed,uint256,bytes)",
                v -> new LedgerEvent.ChunkStored(v.hash(0), v.u(1), v.u(2), v.bytes(3)));
        spec(
                "AlgorithmActivated(bytes32 indexed,uint32 indexed)",
                v -> new LedgerEvent.AlgorithmActivated(v.hash(0), v.u(1)));
    }

    private LogDecoder() {}

    /** The signature hashes (topic 0) of all events that are decoded. */
    public static Set<Bytes32> topics() {
        return Set.copyOf(SPECS.keySet());
    }

    /** Whether a log is a {@link LedgerEvent.NetworkLinked} by its signature: how a reader finds a network. */
    public static boolean isNetworkLinked(RawLog log) {
        return !log.topics().isEmpty() && log.topics().getFirst().equals(NETWORK_LINKED);
    }

    /** The same of a {@link LedgerEvent.MarketLinked}. */
    public static boolean isMarketLinked(RawLog log) {
        return !log.topics().isEmpty() && log.topics().getFirst().equals(MARKET_LINKED);
    }

    /**
     * Decodes one log.
     *
     * @return empty for a log of another event
     * @throws IllegalArgumentException when the log carries a known signature but not its fields
     */
    public static Optional<LedgerEvent> decode(RawLog log) {
        if (log.topics().isEmpty()) {
            return Optional.empty();
        }
        var spec = SPECS.get(log.topics().getFirst());
        if (spec == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(spec.decode(log));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "log " + log.logIndex() + " of block " + log.block() + " does not hold the fields of "
                            + spec.signature + ". Maybe the address is not that of a chargeproof contract.",
                    e);
        }
    }

    private static List<MeterEntry> meterEntries(Bytes bytes) {
        var in = ByteBuffer.wrap(bytes.toArrayUnsafe());
        var entries = new ArrayList<MeterEntry>();
        while (in.remaining() >= METER_ENTRY_BYTES) {
            entries.add(new MeterEntry(in.getInt(), in.getLong(), in.getInt(), in.get() & 0xff));
        }
        return entries;
    }

    private static List<SessionRecord> sessionRecords(Bytes bytes) {
        var records = new ArrayList<SessionRecord>();
        for (int at = 0; at + SESSION_RECORD_BYTES <= bytes.size(); at += SESSION_RECORD_BYTES) {
            records.add(
                    new SessionRecord(bytes.getInt(at), Bytes32.wrap(bytes.slice(at + Integer.BYTES, Bytes32.SIZE))));
        }
        return records;
    }

    private static List<ForecastStep> forecastSteps(Bytes bytes) {
        var in = ByteBuffer.wrap(bytes.toArrayUnsafe());
        var steps = new ArrayList<ForecastStep>();
        while (in.remaining() >= FORECAST_STEP_BYTES) {
            steps.add(new ForecastStep(in.getInt(), in.getInt(), in.getInt(), in.get() & 0xff));
        }
        return steps;
    }

    /** @return topic 0 */
    private static Bytes32 spec(String declaration, Function<Values, LedgerEvent> make) {
        var spec = new Spec(declaration, make);
        var topic = Bytes32.fromHexString(Hash.sha3String(spec.signature));
        SPECS.put(topic, spec);
        return topic;
    }

    /** An event's signature, the types of its fields in order, and what it becomes. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // web3j's type references are raw
    private static final class Spec {
        private final String signature;
        private final List<Boolean> indexed = new ArrayList<>();
        private final List<TypeReference<Type>> types = new ArrayList<>();
        private final List<TypeReference<Type>> dataTypes = new ArrayList<>();
        private final Function<Values, LedgerEvent> make;

        Spec(String declaration, Function<Values, LedgerEvent> make) {
            this.signature = declaration.replace(" indexed", "");
            this.make = make;
            String fields = declaration.substring(declaration.indexOf('(') + 1, declaration.length() - 1);
            for (String field : fields.split(",", -1)) {
                boolean isIndexed = field.endsWith(" indexed");
                TypeReference type;
                try {
                    type = TypeReference.makeTypeReference(field.replace(" indexed", ""));
                } catch (ClassNotFoundException e) {
                    throw new IllegalStateException(declaration, e);
                }
                indexed.add(isIndexed);
                types.add(type);
                if (!isIndexed) {
                    dataTypes.add(type);
                }
            }
        }

        LedgerEvent decode(RawLog log) {
            var data = FunctionReturnDecoder.decode(log.data().toHexString(), dataTypes)
                    .iterator();
            var topics = log.topics().iterator();
            topics.next();
            var values = new ArrayList<Object>();
            for (int i = 0; i < types.size(); i++) {
                var value = indexed.get(i)
                        ? FunctionReturnDecoder.decodeIndexedValue(topics.next().toHexString(), types.get(i))
                        : data.next();
                values.add(value instanceof Address address ? address.toString() : value.getValue());
            }
            return make.apply(new Values(values));
        }
    }

    /** The decoded fields of a log, by position. */
    private record Values(List<Object> values) {
        long number(int i) {
            return ((Number) values.get(i)).longValue();
        }

        /** An unsigned field, which the contracts keep below 2^31, or a signed one of 32 bits. */
        int u(int i) {
            return Math.toIntExact(number(i));
        }

        /**
         * A number that no input depends on, so that it must stop no reader: a counter-offer as the quorum decided it, or a price.
         */
        int clamped(int i) {
            return (int) Math.min(number(i), Integer.MAX_VALUE);
        }

        /** The same of 64 bits: an amount, which whoever signs a voucher may choose. */
        long clampedLong(int i) {
            return ((BigInteger) values.get(i))
                    .min(BigInteger.valueOf(Long.MAX_VALUE))
                    .longValue();
        }

        boolean flag(int i) {
            return (Boolean) values.get(i);
        }

        String text(int i) {
            return (String) values.get(i);
        }

        Bytes address(int i) {
            return Bytes.fromHexString((String) values.get(i));
        }

        Bytes bytes(int i) {
            return Bytes.wrap((byte[]) values.get(i));
        }

        Bytes32 hash(int i) {
            return Bytes32.wrap((byte[]) values.get(i));
        }
    }
}
