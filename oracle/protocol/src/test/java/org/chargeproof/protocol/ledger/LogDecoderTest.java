package org.chargeproof.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerEvent.MeterEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.TypeEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Uint;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Int32;
import org.web3j.abi.datatypes.generated.Uint16;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.crypto.Hash;

/** Logs as web3j encodes them, against what becomes of them. */
class LogDecoderTest {
    private static final String ALICE = "0x00000000000000000000000000000000000a11ce";
    private static final String BOB = "0x0000000000000000000000000000000000000b0b";
    private static final String CAROL = "0xffffffffffffffffffffffffffffffffffffffff";

    static Stream<Arguments> events() {
        return Stream.of(
                Arguments.of(
                        log(
                                "NetworkLinked",
                                topics(),
                                text("chargeproof/7"),
                                address(ALICE),
                                address(BOB),
                                address(CAROL),
                                address(ALICE),
                                new Uint64(5_000_000_000L),
                                u32(2_000_001),
                                u32(900),
                                u32(60),
                                u32(6),
                                u16(4),
                                u8(2),
                                u8(3)),
                        new LedgerEvent.NetworkLinked(
                                "chargeproof/7",
                                hex(ALICE),
                                hex(BOB),
                                hex(CAROL),
                                hex(ALICE),
                                5_000_000_000L,
                                2_000_001,
                                900,
                                60,
                                6,
                                4,
                                2,
                                3)),
                Arguments.of(
                        log(
                                "ChargePointLocated",
                                topics(u32(95)),
                                new Int32(-338_000_000),
                                new Int32(1_512_000_000),
                                u8(33)),
                        new LedgerEvent.ChargePointLocated(95, -338_000_000, 1_512_000_000, 33)),
                Arguments.of(
                        log(
                                "ChargePointPriced",
                                topics(u32(95)),
                                u32(4_200),
                                u16(2_100),
                                u32(2_000_003),
                                u32(2_000_001)),
                        new LedgerEvent.ChargePointPriced(95, 4_200, 2_100, 2_000_003, 2_000_001)),
                // no plan depends on a price: it must stop no reader
                Arguments.of(
                        log("ChargePointPriced", topics(u32(95)), u32(0xffff_ffffL), u16(0xffff), u32(1), u32(1)),
                        new LedgerEvent.ChargePointPriced(95, Integer.MAX_VALUE, 0xffff, 1, 1)),
                Arguments.of(
                        log("MarginChanged", topics(u8(61)), u32(500), u32(2_000_003), u32(2_000_001)),
                        new LedgerEvent.MarginChanged(61, 500, 2_000_003, 2_000_001)),
                Arguments.of(
                        log("ChunkStored", topics(word(9), u8(2)), new Uint256(3), bytes("cafe")),
                        new LedgerEvent.ChunkStored(hash(9), 2, 3, hex("0xcafe"))),
                Arguments.of(
                        log(
                                "OperatorAdmitted",
                                topics(u8(31)),
                                text("Nordlade"),
                                address(ALICE),
                                address(BOB),
                                address(CAROL)),
                        new LedgerEvent.OperatorAdmitted(31, "Nordlade", hex(ALICE), hex(BOB), hex(CAROL))),
                Arguments.of(
                        log(
                                "MarketLinked",
                                topics(),
                                address(ALICE),
                                address(BOB),
                                address(CAROL),
                                address(BOB),
                                address(CAROL),
                                address(ALICE),
                                u16(4),
                                u16(96),
                                u32(1_000),
                                u32(0xffff_ffffL)),
                        new LedgerEvent.MarketLinked(
                                hex(ALICE),
                                hex(BOB),
                                hex(CAROL),
                                hex(BOB),
                                hex(CAROL),
                                hex(ALICE),
                                4,
                                96,
                                1_000,
                                0xffff_ffffL)),
                Arguments.of(
                        log("ProviderAdmitted", topics(u8(61)), text("Fahrstrom"), address(ALICE), address(BOB)),
                        new LedgerEvent.ProviderAdmitted(61, "Fahrstrom", hex(ALICE), hex(BOB))),
                Arguments.of(log("ProviderExcluded", topics(u8(255))), new LedgerEvent.ProviderExcluded(255)),
                Arguments.of(
                        log("DeskChanged", topics(u8(61)), address(CAROL)),
                        new LedgerEvent.DeskChanged(61, hex(CAROL))),
                Arguments.of(log("OperatorExcluded", topics(u8(4))), new LedgerEvent.OperatorExcluded(4)),
                Arguments.of(
                        log("AccountsChanged", topics(u8(4)), address(ALICE), address(BOB)),
                        new LedgerEvent.AccountsChanged(4, hex(ALICE), hex(BOB))),
                Arguments.of(
                        log("GroupRegistered", topics(u32(7), u8(2)), u32(250_000), u32(20_000), u8(1), u16(200)),
                        new LedgerEvent.GroupRegistered(7, 2, 250_000, 20_000, 1, 200)),
                Arguments.of(log("GroupRemoved", topics(u32(7))), new LedgerEvent.GroupRemoved(7)),
                Arguments.of(
                        log("GroupLimitChanged", topics(u32(7)), u32(66_000)),
                        new LedgerEvent.GroupLimitChanged(7, 66_000)),
                Arguments.of(
                        log("GroupPolicyChanged", topics(u32(7)), u8(2), u16(50)),
                        new LedgerEvent.GroupPolicyChanged(7, 2, 50)),
                Arguments.of(
                        log(
                                "ChargePointRegistered",
                                topics(u32(95), u32(7), u8(2)),
                                u32(22_000),
                                u32(4_140),
                                text("NO*NLA*E95")),
                        new LedgerEvent.ChargePointRegistered(95, 7, 2, 22_000, 4_140, "NO*NLA*E95")),
                Arguments.of(log("ChargePointRemoved", topics(u32(95))), new LedgerEvent.ChargePointRemoved(95)),
                Arguments.of(
                        log(
                                "ChargingRequested",
                                topics(u32(12), u32(95), address(BOB)),
                                u8(61),
                                u32(30_000),
                                u32(12_000),
                                u32(2_000_010),
                                u32(2_000_040),
                                new Bool(true),
                                u32(2_000_001),
                                u32(2_000_000)),
                        new LedgerEvent.ChargingRequested(
                                12, 95, hex(BOB), 61, 30_000, 12_000, 2_000_010, 2_000_040, true, 2_000_001,
                                2_000_000)),
                Arguments.of(
                        log(
                                "RequestDecided",
                                topics(u32(12), u32(2_000_001)),
                                new Bool(false),
                                u32(9_000),
                                u32(2_000_050),
                                u32(3_700)),
                        new LedgerEvent.RequestDecided(12, 2_000_001, false, 9_000, 2_000_050, 3_700)),
                Arguments.of(
                        log("SessionEnded", topics(u32(12), u32(95)), u32(2_000_030), u8(2)),
                        new LedgerEvent.SessionEnded(12, 95, 2_000_030, 2)),
                Arguments.of(
                        log(
                                "MetersReported",
                                topics(u8(2), u32(2_000_001)),
                                bytes("0000005f" + "0000000100000002" + "00002af8" + "02" + "00000060"
                                        + "0000000000000000" + "00000000" + "ff")),
                        new LedgerEvent.MetersReported(
                                2,
                                2_000_001,
                                List.of(new MeterEntry(95, 4_294_967_298L, 11_000, 2), new MeterEntry(96, 0, 0, 255)))),
                Arguments.of(
                        log("GroupReported", topics(u32(7), u32(2_000_001)), u32(1), u32(1 << 26), u32(3)),
                        new LedgerEvent.GroupReported(7, 2_000_001, 1, 1 << 26, 3)),
                Arguments.of(
                        log(
                                "ForecastPublished",
                                topics(u32(7), u32(2_000_002)),
                                bytes("0000000a" + "0000000b" + "0000000c" + "fe" + "00000001" + "00000002" + "00000003"
                                        + "04")),
                        new LedgerEvent.ForecastPublished(
                                7,
                                2_000_002,
                                List.of(new ForecastStep(10, 11, 12, 254), new ForecastStep(1, 2, 3, 4)))),
                Arguments.of(
                        log(
                                "PlanPosted",
                                topics(u32(2_000_002), u8(3)),
                                u8(1),
                                new Uint64(BigInteger.valueOf(1L << 40)),
                                word(1),
                                word(2),
                                word(3),
                                word(4),
                                bytes("0001".repeat(16)),
                                bytes("00".repeat(17))),
                        new LedgerEvent.PlanPosted(
                                2_000_002,
                                3,
                                1,
                                1L << 40,
                                hash(1),
                                hash(2),
                                hash(3),
                                hash(4),
                                hex("0x" + "0001".repeat(16)),
                                hex("0x" + "00".repeat(17)))),
                Arguments.of(
                        log("PlanAttested", topics(u32(2_000_002), u8(4)), u8(1)),
                        new LedgerEvent.PlanAttested(2_000_002, 4, 1)),
                Arguments.of(
                        log("PlanFinal", topics(u32(2_000_002)), u8(1), u8(3), u8(4)),
                        new LedgerEvent.PlanFinal(2_000_002, 1, 3, 4)),
                Arguments.of(
                        log("FallbackDeclared", topics(u32(2_000_002), u8(4))),
                        new LedgerEvent.FallbackDeclared(2_000_002, 4)),
                Arguments.of(
                        log("SetpointsApplied", topics(u32(2_000_002), u8(4)), bytes("ff01")),
                        new LedgerEvent.SetpointsApplied(2_000_002, 4, hex("0xff01"))),
                Arguments.of(
                        log(
                                "SettlementPosted",
                                topics(u32(2_000_004), u8(3)),
                                u8(1),
                                new Uint64(1L << 40),
                                word(1),
                                word(2),
                                u32(700),
                                new Uint64(1L << 41),
                                bytes("00".repeat(26))),
                        new LedgerEvent.SettlementPosted(
                                2_000_004,
                                3,
                                1,
                                1L << 40,
                                hash(1),
                                hash(2),
                                700,
                                1L << 41,
                                hex("0x" + "00".repeat(26)))),
                // what one operator posts must stop no reader
                Arguments.of(
                        log(
                                "SettlementPosted",
                                topics(u32(2_000_004), u8(3)),
                                u8(1),
                                new Uint64(BigInteger.TWO.pow(64).subtract(BigInteger.ONE)),
                                word(1),
                                word(2),
                                u32(0xffff_ffffL),
                                new Uint64(BigInteger.TWO.pow(63)),
                                bytes("")),
                        new LedgerEvent.SettlementPosted(
                                2_000_004, 3, 1, -1, hash(1), hash(2), Integer.MAX_VALUE, Long.MIN_VALUE, Bytes.EMPTY)),
                Arguments.of(
                        log("SettlementAttested", topics(u32(2_000_004), u8(3)), u8(1)),
                        new LedgerEvent.SettlementAttested(2_000_004, 3, 1)),
                Arguments.of(
                        log("SettlementFinal", topics(u32(2_000_004)), u8(1), u8(3), u8(4)),
                        new LedgerEvent.SettlementFinal(2_000_004, 1, 3, 4)),
                Arguments.of(
                        log(
                                "SessionsRecorded",
                                topics(u8(3)),
                                bytes("00000007" + "11".repeat(32) + "ffffffff" + "22".repeat(32) + "00")),
                        new LedgerEvent.SessionsRecorded(
                                3,
                                List.of(
                                        new LedgerEvent.SessionRecord(7, Bytes32.repeat((byte) 0x11)),
                                        new LedgerEvent.SessionRecord(-1, Bytes32.repeat((byte) 0x22))))),
                Arguments.of(
                        log("TokensClaimed", topics(u32(0xffff_ffffL), address(BOB)), u64(7)),
                        new LedgerEvent.TokensClaimed(Integer.MAX_VALUE, hex(BOB), 7)),
                Arguments.of(
                        log("CompensationClaimed", topics(u32(9), address(BOB)), u64(-1)),
                        new LedgerEvent.CompensationClaimed(9, hex(BOB), Long.MAX_VALUE)),
                Arguments.of(
                        log("ChannelOpened", topics(address(BOB), u8(4)), address(CAROL), u8(0), u32(0xffff_ffffL)),
                        new LedgerEvent.ChannelOpened(hex(BOB), 4, hex(CAROL), 0, 0xffff_ffffL)),
                Arguments.of(
                        log("Deposited", topics(address(BOB), u8(4)), u64(5_000_000)),
                        new LedgerEvent.Deposited(hex(BOB), 4, 5_000_000)),
                Arguments.of(
                        log("VoucherAccepted", topics(address(BOB), u8(255)), u64(-1)),
                        new LedgerEvent.VoucherAccepted(hex(BOB), 255, Long.MAX_VALUE)),
                Arguments.of(
                        log("Paid", topics(address(BOB), u8(4)), u64(50_000), u64(150_000)),
                        new LedgerEvent.Paid(hex(BOB), 4, 50_000, 150_000)),
                Arguments.of(
                        log("ClosingAnnounced", topics(address(BOB), u8(4)), u32(2_000_004), u64(1_900_000_000)),
                        new LedgerEvent.ClosingAnnounced(hex(BOB), 4, 2_000_004, 1_900_000_000)),
                Arguments.of(
                        log("ChannelClosed", topics(address(BOB), u8(4)), u64(150_000), u64(4_850_000)),
                        new LedgerEvent.ChannelClosed(hex(BOB), 4, 150_000, 4_850_000)),
                Arguments.of(
                        log("AlgorithmActivated", topics(word(9), u32(2_000_002))),
                        new LedgerEvent.AlgorithmActivated(hash(9), 2_000_002)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void decodesWhatWasEncoded(RawLog log, LedgerEvent event) {
        assertThat(LogDecoder.decode(log)).contains(event);
    }

    @Test
    void thereIsACaseForEveryEvent() {
        assertThat(events().map(arguments ->
                                ((RawLog) arguments.get()[0]).topics().getFirst())
                        .collect(Collectors.toSet()))
                .isEqualTo(LogDecoder.topics());
        assertThat(events().<Class<?>>map(arguments -> arguments.get()[1].getClass())
                        .collect(Collectors.toSet()))
                // interim power is no log: it follows from logs
                .isEqualTo(Arrays.stream(LedgerEvent.class.getPermittedSubclasses())
                        .filter(type -> type != LedgerEvent.PowerGranted.class)
                        .collect(Collectors.toSet()));
    }

    @Test
    void decodesEmptyBytesAndText() {
        assertThat(LogDecoder.decode(log("MetersReported", topics(u8(2), u32(5)), bytes(""))))
                .contains(new LedgerEvent.MetersReported(2, 5, List.of()));
        assertThat(LogDecoder.decode(
                        log("ChargePointRegistered", topics(u32(1), u32(2), u8(3)), u32(5), u32(4), text(""))))
                .contains(new LedgerEvent.ChargePointRegistered(1, 2, 3, 5, 4, ""));
    }

    @Test
    void passesOverAnIncompleteLastEntry() {
        var event = LogDecoder.decode(log(
                "MetersReported",
                topics(u8(2), u32(5)),
                bytes("00000001" + "0000000000000002" + "00000003" + "04" + "0000")));
        assertThat(event).contains(new LedgerEvent.MetersReported(2, 5, List.of(new MeterEntry(1, 2, 3, 4))));
    }

    @Test
    void decodesToNothingWhenTheEventIsUnknown() {
        var topic = Bytes32.fromHexString(Hash.sha3String("Transfer(address,address,uint256)"));
        assertThat(LogDecoder.decode(new RawLog(1, 0, hex(ALICE), List.of(topic), Bytes.EMPTY)))
                .isEmpty();
        assertThat(LogDecoder.decode(new RawLog(1, 0, hex(ALICE), List.of(), Bytes.EMPTY)))
                .isEmpty();
    }

    @Test
    void keepsOffersOfAPlanThatNobodyShouldHaveMadeFinal() {
        // a quorum could agree on any number; those who read it must still be able to say that it is wrong
        var most = new Uint32(BigInteger.valueOf(0xffffffffL));
        var event = LogDecoder.decode(log("RequestDecided", topics(u32(1), u32(5)), new Bool(true), most, most, most));
        assertThat(event)
                .contains(new LedgerEvent.RequestDecided(
                        1, 5, true, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
    }

    @Test
    void throwsWhenFieldsAreMissing() {
        var whole = log("GroupReported", topics(u32(7), u32(5)), u32(1), u32(2), u32(3));
        var noTopic = new RawLog(8, 9, whole.address(), whole.topics().subList(0, 2), whole.data());
        var noData =
                new RawLog(8, 9, whole.address(), whole.topics(), whole.data().slice(0, 64));
        for (var broken : List.of(noTopic, noData)) {
            assertThatThrownBy(() -> LogDecoder.decode(broken))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("log 9 of block 8")
                    .hasMessageContaining("GroupReported(uint32,uint32,uint32,uint32,uint32)");
        }
    }

    @Test
    void aTextThatIsNoTextStopsNobody() {
        var whole = log("OperatorAdmitted", topics(u8(1)), text("ABCDE"), address(ALICE), address(BOB), address(CAROL));
        // the contracts look for characters that forge, not for whole ones: ff, a half of two bytes, and a surrogate by
        // itself
        byte[] data = whole.data().toArray();
        byte[] noText = {(byte) 0xff, (byte) 0xc3, (byte) 0xed, (byte) 0xa0, (byte) 0x80};
        System.arraycopy(noText, 0, data, data.length - 32, noText.length);
        var decoded = LogDecoder.decode(new RawLog(1, 0, whole.address(), whole.topics(), Bytes.wrap(data)));
        assertThat(decoded)
                .hasValueSatisfying(e ->
                        assertThat(((LedgerEvent.OperatorAdmitted) e).name()).isNotEmpty());
        assertThat(LogDecoder.decode(
                        log("ChargePointRegistered", topics(u32(0), u32(0), u8(1)), u32(4), u32(0), text(""))))
                .isPresent();
    }

    @Test
    void emptyAndGreatestBytesStopNobody() {
        var nothing = log("MetersReported", topics(u8(1), u32(5)), bytes(""));
        assertThat(LogDecoder.decode(nothing)).contains(new LedgerEvent.MetersReported(1, 5, List.of()));
        // any live power and status, which no contract bounds
        var greatest = log(
                "MetersReported", topics(u8(1), u32(5)), bytes("00000000" + "0020000000000000" + "ffffffff" + "ff"));
        assertThat(LogDecoder.decode(greatest))
                .contains(new LedgerEvent.MetersReported(1, 5, List.of(new MeterEntry(0, 1L << 53, -1, 255))));
    }

    private static RawLog log(String name, List<Type<?>> indexed, Type<?>... data) {
        var types = new ArrayList<String>();
        indexed.forEach(value -> types.add(value.getTypeAsString()));
        for (var value : data) {
            types.add(value.getTypeAsString());
        }
        var topics = new ArrayList<Bytes32>();
        topics.add(Bytes32.fromHexString(Hash.sha3String(name + "(" + String.join(",", types) + ")")));
        indexed.forEach(value -> topics.add(Bytes32.fromHexString(TypeEncoder.encode(value))));
        @SuppressWarnings("rawtypes") // as web3j wants it
        List<Type> values = List.of(data);
        return new RawLog(
                1, 0, hex(ALICE), topics, Bytes.fromHexString("0x" + FunctionEncoder.encodeConstructor(values)));
    }

    private static List<Type<?>> topics(Type<?>... values) {
        return List.of(values);
    }

    private static Uint u8(long value) {
        return new Uint8(value);
    }

    private static Uint u16(long value) {
        return new Uint16(value);
    }

    private static Uint u32(long value) {
        return new Uint32(value);
    }

    /** Negative ones are above 2^63. */
    private static Uint u64(long value) {
        return new Uint64(new BigInteger(Long.toUnsignedString(value)));
    }

    private static Address address(String hex) {
        return new Address(hex);
    }

    private static Utf8String text(String text) {
        return new Utf8String(text);
    }

    private static DynamicBytes bytes(String hex) {
        return new DynamicBytes(hex("0x" + hex).toArray());
    }

    private static Type<?> word(int value) {
        return new org.web3j.abi.datatypes.generated.Bytes32(hash(value).toArray());
    }

    private static Bytes32 hash(int value) {
        return Bytes32.wrap(Hash.sha3(("hash " + value).getBytes(StandardCharsets.UTF_8)));
    }

    private static Bytes hex(String hex) {
        return Bytes.fromHexString(hex);
    }
}
