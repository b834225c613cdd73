package org.chargeproof.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.chargeproof.meter.Problem.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records and public keys of real meters, as the transparency software of S.A.F.E. is tested with them. */
class PublishedRecordsTest {
    static List<RecordFile.Entry> read(String name) {
        try (var in = PublishedRecordsTest.class.getResourceAsStream("/published/" + name)) {
            return RecordFile.parse(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OCMF_Test_Data_00.xml, 2, 0",
        "ocmf_sec.xml, 2, 0",
        "test_ocmf_ebee_01.xml, 2, 0",
        "test_ocmf_keba_kcp30.xml, 1, 0.1",
        "ocmf_tariff_1.xml, 1, 0",
        "VW_OCMF_load.xml, 1, 1101",
    })
    void whatRealMetersSignedHolds(String file, int records, BigDecimal energyWh) {
        var entries = read(file);
        var session = session(entries);
        assertThat(entries).hasSize(records);
        assertThat(session.problems()).isEmpty();
        assertThat(session.energyWh()).isEqualByComparingTo(energyWh);
    }

    @ParameterizedTest
    @CsvSource({
        // its meter says itself that neither its energy nor its time can be used
        "20211007-device-with-evt-ocmf-sss-ses.xml, 'STATUS,ERROR_FLAG,STATUS,ERROR_FLAG'",
        // a register of the maker's own, and one of energy given back
        "Ocmf_Example_OBIS_98.8.0_2.8.0.xml, REGISTER",
        // a digit was changed after it was signed
        "test_ocmf_ebee_02.xml, 'SIGNATURE,REGISTER_FELL'",
        "test_ocmf_keba_kcp30_fail.xml, SIGNATURE",
    })
    void whatCannotBeBilledIsToldWithItsReasons(String file, String kinds) {
        assertThat(session(read(file)).problems().stream().map(Problem::kind))
                .containsExactlyElementsOf(
                        Stream.of(kinds.split(",")).map(Kind::valueOf).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "test_ocmf_transaction_two_values.xml, ECDSA-secp192k1-SHA256",
        "test_ocmf_rsa_01.xml, no text in UTF-8",
    })
    void otherAlgorithmsAreRefused(String file, String reason) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource("second_key_fail_ocmf.xml")
    void theSecondRecordIsNotOfTheSecondKey(String file) {
        var entries = read(file);
        assertThat(entries.get(0).record().verifies(key(entries.get(0)))).isTrue();
        assertThat(entries.get(1).record().verifies(key(entries.get(1)))).isFalse();
        assertThat(entries.get(1).record().verifies(key(entries.get(0)))).isTrue();
    }

    @ParameterizedTest
    @CsvSource("OCMF-receipt-with_publickey_and_data.xml")
    void bareNumbersInsteadOfDerAreReadAndDoNotHold(String file) {
        var entry = read(file).getFirst();
        assertThatThrownBy(() -> key(entry)).hasMessageContaining("SubjectPublicKeyInfo");
        var session = SignedSession.check(
                List.of(entry.record()), key(read("test_ocmf_keba_kcp30.xml").getFirst()));
        assertThat(session.problems()).extracting(Problem::kind).contains(Kind.SIGNATURE, Kind.STATUS, Kind.ERROR_FLAG);
    }

    private static SignedSession session(List<RecordFile.Entry> entries) {
        return SignedSession.check(
                entries.stream().map(RecordFile.Entry::record).toList(), key(entries.getFirst()));
    }

    private static MeterPublicKey key(RecordFile.Entry entry) {
        return MeterPublicKey.parse(Objects.requireNonNull(entry.publicKey()));
    }
}
