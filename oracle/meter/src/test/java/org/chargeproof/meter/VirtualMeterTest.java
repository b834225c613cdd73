package org.chargeproof.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.chargeproof.meter.Problem.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VirtualMeterTest {
    private static final Instant START = Instant.parse("2026-07-01T06:00:00Z");
    private static final MeterIdentity IDENTITY = new MeterIdentity("CP-17", "DE*ABC*E0017");

    private static VirtualMeter charged(MeterKey key, long registerWh, long page, long... energies) {
        var meter = new VirtualMeter(IDENTITY, key, registerWh, page);
        meter.begin(START);
        for (int i = 0; i < energies.length - 1; i++) {
            meter.tick(START.plusSeconds(900L * (i + 1)), energies[i]);
        }
        meter.end(START.plusSeconds(900L * energies.length), energies[energies.length - 1]);
        return meter;
    }

    @ParameterizedTest
    @EnumSource
    void whatAMeterSignsAddsUpToTheWh(MeterCurve curve) throws Exception {
        var random = new Random(3);
        for (int i = 0; i < 20; i++) {
            long[] energies = random.longs(1 + random.nextInt(6), 0, 65_535).toArray();
            long before = random.nextLong(1L << 52);
            var meter = charged(Keys.of(curve), before, random.nextLong(1_000_000), energies);
            var records = new ArrayList<>(meter.records());
            Collections.shuffle(records, random);
            var session = SignedSession.check(records, meter.publicKey());
            long sum = Arrays.stream(energies).sum();
            assertThat(session.problems()).isEmpty();
            assertThat(session.energyWh()).isEqualByComparingTo(BigDecimal.valueOf(sum));
            assertThat(session.beginRegisterWh()).isEqualByComparingTo(BigDecimal.valueOf(before));
            assertThat(meter.registerWh()).isEqualTo(before + sum);
            assertThat(meter.records()).hasSize(energies.length + 1);
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(meter.records().getFirst().sha256());
            assertThat(session.recordsHash())
                    .isEqualTo(digest.digest(meter.records().getLast().sha256()));
        }
    }

    @Test
    void pagesGoOnFromSessionToSession() {
        var meter = charged(Keys.R1, 0, 1, 100, 200);
        assertThat(meter.nextPage()).isEqualTo(4);
        meter.begin(START);
        assertThat(meter.records()).hasSize(1);
        assertThat(meter.records().getFirst().payload().page().number()).isEqualTo(4);
        assertThatThrownBy(() -> meter.begin(START)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> meter.tick(START, -1)).isInstanceOf(InvalidRecordException.class);
        assertThat(meter.registerWh()).isEqualTo(300);
    }

    @Test
    void whatIsLeftOutRepeatedOrMixedIsSeen() {
        var meter = charged(Keys.R1, 5_000, 10, 100, 200, 300, 400);
        var records = meter.records();
        assertThat(records).hasSize(5);
        for (int i = 0; i < records.size(); i++) {
            var without = new ArrayList<>(records);
            without.remove(i);
            assertThat(kinds(without)).as("without %s", i).isNotEmpty();
            if (i > 0 && i < 4) {
                assertThat(kinds(without)).containsExactly(Kind.PAGE_MISSING);
            }
            var twice = new ArrayList<>(records);
            twice.add(records.get(i));
            assertThat(kinds(twice)).as("twice %s", i).contains(Kind.PAGE_REPEATED);
        }
        assertThat(kinds(records.subList(1, 5))).containsExactly(Kind.BEGIN, Kind.REGISTER);
        assertThat(kinds(records.subList(0, 4))).containsExactly(Kind.END, Kind.END);

        // the next session's records do not go unnoticed behind this one's
        var both = new ArrayList<>(records);
        meter.begin(START.plusSeconds(9_000));
        meter.end(START.plusSeconds(9_900), 50);
        both.addAll(meter.records());
        assertThat(kinds(both)).containsExactly(Kind.BEGIN, Kind.END);

        var other = new VirtualMeter(new MeterIdentity("CP-18", "DE*ABC*E0018"), Keys.R1, 9_000, 14);
        other.begin(START);
        var mixed = new ArrayList<>(records.subList(0, 4));
        mixed.add(other.end(START.plusSeconds(9_000), 1));
        assertThat(kinds(mixed)).contains(Kind.OTHER_METER);

        // one that another key signed
        var forged = charged(Keys.K1, 5_000, 10, 100, 200, 300, 400).records().get(4);
        var last = new ArrayList<>(records.subList(0, 4));
        last.add(forged);
        assertThat(kinds(last)).containsExactly(Kind.SIGNATURE);
    }

    @ParameterizedTest
    @EnumSource
    void onlyAGoodStatusIsBilled(MeterStatus status) {
        var records = charged(Keys.R1, 0, 1, 100, 200).records();
        for (int i = 0; i < 3; i++) {
            var changed = new ArrayList<>(records);
            changed.set(
                    i,
                    signed(records.get(i).payloadText().replace("\"ST\":\"G\"", "\"ST\":\"" + status.letter() + "\"")));
            assertThat(kinds(changed)).isEqualTo(status == MeterStatus.GOOD ? List.of() : List.of(Kind.STATUS));
        }
    }

    @Test
    void errorsThatTheMeterTellsAreNotBilled() {
        var records = charged(Keys.R1, 0, 1, 100, 200).records();
        for (String flags : List.of("E", "t", "Et")) {
            assertThat(kinds(with(records, 1, "\"EF\":\"\"", "\"EF\":\"" + flags + "\"")))
                    .containsExactly(Kind.ERROR_FLAG);
        }
        assertThat(kinds(with(records, 1, "\"TX\":\"C\"", "\"TX\":\"X\""))).containsExactly(Kind.EXCEPTION);
        assertThat(kinds(with(records, 1, "\"PG\":\"T", "\"PG\":\"F"))).containsExactly(Kind.OUTSIDE_OF_SESSIONS);
        assertThat(kinds(with(records, 2, "\"RV\":0.300", "\"RV\":0.050"))).containsExactly(Kind.REGISTER_FELL);
        assertThat(kinds(with(records, 2, "T06:30:00", "T06:10:00"))).containsExactly(Kind.TIME_FELL);
        assertThat(kinds(with(records, 0, "1.8.0", "2.8.0"))).containsExactly(Kind.REGISTER);
        assertThat(kinds(with(records, 0, "kWh", "kVAh"))).containsExactly(Kind.REGISTER);
        for (String end : List.of("L", "R", "A", "P")) {
            assertThat(kinds(with(records, 2, "\"TX\":\"E\"", "\"TX\":\"" + end + "\"")))
                    .isEmpty();
        }
        for (String register :
                List.of("1-0:1.8.0*198", "01-00:01.08.00.FF", "1-b:1.8.e", "1.8.0", "01-0B:01.08.00*FF")) {
            assertThat(kinds(with(records, 0, "1-b:1.8.0", register)))
                    .as(register)
                    .isEmpty();
        }
    }

    @Test
    void unitsAreExact() {
        var records = charged(Keys.R1, 0, 1, 100).records();
        var inWh = new ArrayList<OcmfRecord>();
        inWh.add(signed(records.get(0)
                .payloadText()
                .replace("\"RV\":0.000", "\"RV\":0.1")
                .replace("kWh", "Wh")));
        inWh.add(signed(records.get(1).payloadText().replace("\"RV\":0.100", "\"RV\":0.000300001")));
        var session = SignedSession.check(inWh, Keys.R1.publicKey());
        assertThat(session.problems()).isEmpty();
        assertThat(session.energyWh()).isEqualByComparingTo("0.200001");
    }

    @Test
    void filesHoldTheSameRecords() {
        var records = charged(Keys.K1, 0, 1, 100, 200).records();
        for (String text : List.of(
                RecordFile.xml(records, Keys.K1.publicKey()),
                String.join("\n", records.stream().map(OcmfRecord::text).toList()) + "\n",
                String.join("\r\n", records.stream().map(OcmfRecord::base64).toList()))) {
            assertThat(RecordFile.parse(text).stream().map(RecordFile.Entry::record))
                    .isEqualTo(records);
        }
        assertThat(MeterPublicKey.parse(RecordFile.parse(RecordFile.xml(records, Keys.K1.publicKey()))
                        .getFirst()
                        .publicKey()))
                .isEqualTo(Keys.K1.publicKey());
    }

    @Test
    void hostileFilesAreRefused() {
        String record = charged(Keys.K1, 0, 1, 100).records().getFirst().text();
        String bomb = "<?xml version=\"1.0\"?><!DOCTYPE v [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
                + "<values><value><signedData>&b;</signedData></value></values>";
        String file = "<?xml version=\"1.0\"?><!DOCTYPE v [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
                + "<values><value><signedData>&a;</signedData></value></values>";
        for (String text : List.of(
                "",
                "<values/>",
                "<values><value><signedData>" + record.replace("<", "") + "</value></values>",
                "<a>".repeat(100),
                bomb,
                file,
                (record + "\n").repeat(SignedSession.MOST_RECORDS + 1),
                " ".repeat(RecordFile.MOST_CHARACTERS + 1))) {
            assertThatThrownBy(() -> RecordFile.parse(text))
                    .isInstanceOf(InvalidRecordException.class)
                    .hasMessageNotContaining("root:");
        }
        assertThatThrownBy(() -> new MeterIdentity("a|b", "c")).isInstanceOf(InvalidRecordException.class);
    }

    private static List<OcmfRecord> with(List<OcmfRecord> records, int at, String what, String by) {
        var changed = new ArrayList<>(records);
        String payload = records.get(at).payloadText().replace(what, by);
        assertThat(payload).isNotEqualTo(records.get(at).payloadText());
        changed.set(at, signed(payload));
        // the register's name in all of them, or the end would be of another one
        if (what.equals("1-b:1.8.0")) {
            for (int i = 0; i < changed.size(); i++) {
                changed.set(i, signed(records.get(i).payloadText().replace(what, by)));
            }
        }
        return changed;
    }

    private static OcmfRecord signed(String payload) {
        return OcmfRecord.sign(payload, Keys.R1);
    }

    private static List<Kind> kinds(List<OcmfRecord> records) {
        return SignedSession.check(records, Keys.R1.publicKey()).problems().stream()
                .map(Problem::kind)
                .toList();
    }
}
