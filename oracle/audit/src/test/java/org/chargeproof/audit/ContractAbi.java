package org.chargeproof.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.ContractAbis;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerEvent.MeterEntry;
import org.chargeproof.protocol.ledger.RawLog;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.TypeEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Uint;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.crypto.Hash;

/** The events that the contracts' compiler says there are, and logs of them as a contract would emit them. */
final class ContractAbi {
    private static final Map<String, JsonNode> EVENTS = read();
    private static final Bytes SOME_ADDRESS = Bytes.fromHexString("0x00000000000000000000000000000000c0112ac7");

    private ContractAbi() {}

    /** Events by name; a name stands for one event in all contracts. */
    static Map<String, JsonNode> events() {
        return EVENTS;
    }

    /** The text whose hash is topic 0. */
    static String signature(JsonNode event) {
        var types = new ArrayList<String>();
        event.get("inputs").forEach(input -> types.add(input.get("type").asText()));
        return event.get("name").asText() + "(" + String.join(",", types) + ")";
    }

    static Bytes32 topic(JsonNode event) {
        return Bytes32.fromHexString(Hash.sha3String(signature(event)));
    }

    /** An event as a log; a record's components stand in the order of the event's fields. */
    static RawLog log(long block, int logIndex, LedgerEvent event) {
        var abi = EVENTS.get(event.getClass().getSimpleName());
        var topics = new ArrayList<Bytes32>();
        topics.add(topic(abi));
        @SuppressWarnings("rawtypes") // as web3j wants it
        var data = new ArrayList<Type>();
        RecordComponent[] components = event.getClass().getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            var input = abi.get("inputs").get(i);
            var value = value(input.get("type").asText(), read(components[i], event));
            if (input.get("indexed").asBoolean()) {
                topics.add(Bytes32.fromHexString(TypeEncoder.encode(value)));
            } else {
                data.add(value);
            }
        }
        return new RawLog(
                block,
                logIndex,
                SOME_ADDRESS,
                topics,
                Bytes.fromHexString("0x" + FunctionEncoder.encodeConstructor(data)));
    }

    private static Type<?> value(String type, Object value) {
        return switch (type) {
            case "address" -> new Address(((Bytes) value).toHexString());
            case "bool" -> new Bool((Boolean) value);
            case "bytes" -> new DynamicBytes(bytes(value).toArray());
            case "bytes32" -> new org.web3j.abi.datatypes.generated.Bytes32(((Bytes) value).toArray());
            case "string" -> new Utf8String((String) value);
            default -> new Uint(BigInteger.valueOf(((Number) value).longValue()));
        };
    }

    private static Bytes bytes(Object value) {
        if (value instanceof Bytes bytes) {
            return bytes;
        }
        var parts = new ArrayList<Bytes>();
        for (Object entry : (List<?>) value) {
            switch (entry) {
                case MeterEntry m ->
                    parts.add(Bytes.concatenate(
                            Bytes.ofUnsignedInt(m.chargePoint()),
                            Bytes.ofUnsignedLong(m.registerWh()),
                            Bytes.ofUnsignedInt(m.livePowerW()),
                            Bytes.of(m.status())));
                case ForecastStep f ->
                    parts.add(Bytes.concatenate(
                            Bytes.ofUnsignedInt(f.expectedLoadWh()),
                            Bytes.ofUnsignedInt(f.reservedLoadWh()),
                            Bytes.ofUnsignedInt(f.expectedPvWh()),
                            Bytes.of(f.greenClass())));
                default -> throw new IllegalArgumentException("no bytes: " + entry);
            }
        }
        return Bytes.concatenate(parts);
    }

    private static Object read(RecordComponent component, Object event) {
        try {
            return component.getAccessor().invoke(event);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, JsonNode> read() {
        var events = new LinkedHashMap<String, JsonNode>();
        for (String contract : ContractAbis.names()) {
            for (JsonNode entry : ContractAbis.of(contract)) {
                if (entry.get("type").asText().equals("event")) {
                    var former = events.put(entry.get("name").asText(), entry);
                    if (former != null && !former.equals(entry)) {
                        throw new IllegalStateException("two events are called " + entry.get("name"));
                    }
                }
            }
        }
        return events;
    }
}
