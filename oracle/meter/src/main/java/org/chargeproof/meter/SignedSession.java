package org.chargeproof.meter;

import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import org.chargeproof.meter.Problem.Kind;
import org.jspecify.annotations.Nullable;

/**
 * What the records of a session come to.
 *
 * @param problems none exactly when the session can be billed by them
 * @param begin the record with the first reading
 * @param end the record with the last reading; the same where one holds both
 * @param beginRegisterWh exactly; null when there is no such reading
 * @param endRegisterWh exactly; null when there is no such reading
 */
public record SignedSession(
        List<Problem> problems,
        OcmfRecord begin,
        OcmfRecord end,
        @Nullable BigDecimal beginRegisterWh,
        @Nullable BigDecimal endRegisterWh) {
    /** Of a session: one for each timestep of the longest stay that is billed, its begin and its end. */
    public static final int MOST_RECORDS = 770;

    private static final BigDecimal MOST_WH = BigDecimal.valueOf(VirtualMeter.MOST_WH);

    public SignedSession {
        problems = List.copyOf(problems);
    }

    /**
     * Holds all records of one session against its meter's key, in any order.
     *
     * @throws InvalidRecordException for none, and for more than {@link #MOST_RECORDS}
     */
    public static SignedSession check(List<OcmfRecord> given, MeterPublicKey key) {
        if (given.isEmpty() || given.size() > MOST_RECORDS) {
            throw new InvalidRecordException("the session has " + given.size() + " records; it has from 1 to "
                    + MOST_RECORDS + ". Give all records of one session.");
        }
        var records = new ArrayList<>(given);
        records.sort(Comparator.comparingLong(r -> r.payload().page().number()));
        return new Check(records, key).result();
    }

    /** Whether it can be billed by these records. */
    public boolean isGood() {
        return problems.isEmpty();
    }

    /**
     * What the session took, exactly.
     *
     * @throws IllegalStateException when it is not good
     */
    public BigDecimal energyWh() {
        if (!isGood() || beginRegisterWh == null || endRegisterWh == null) {
            throw new IllegalStateException("the session has problems: " + problems);
        }
        return endRegisterWh.subtract(beginRegisterWh);
    }

    /** What goes on chain for the session (32 bytes). */
    public byte[] recordsHash() {
        return OcmfRecord.recordsHash(begin, end);
    }

    private static final class Check {
        private final List<OcmfRecord> records;
        private final MeterPublicKey key;
        private final List<Problem> problems = new ArrayList<>();

        Check(List<OcmfRecord> records, MeterPublicKey key) {
            this.records = records;
            this.key = key;
        }

        SignedSession result() {
            records.forEach(this::checkAlone);
            checkPages();
            var readings = records.stream()
                    .flatMap(r -> r.payload().readings().stream())
                    .toList();
            checkPoints(readings);
            var energies = energies(readings);
            return new SignedSession(
                    problems,
                    records.getFirst(),
                    records.getLast(),
                    energies.isEmpty() ? null : energies.getFirst(),
                    energies.isEmpty() ? null : energies.getLast());
        }

        private void add(Kind kind, String words) {
            problems.add(new Problem(kind, words));
        }

        private void checkAlone(OcmfRecord record) {
            var payload = record.payload();
            String name = "Record " + payload.page();
            if (!record.verifies(key)) {
                add(
                        Kind.SIGNATURE,
                        name + " is not signed by the meter's key: it was changed, or another meter signed it.");
            }
            if (payload.page().context() != 'T') {
                add(Kind.OUTSIDE_OF_SESSIONS, name + " is of no session: its page is of readings outside of sessions.");
            }
            if (!payload.source().equals(records.getFirst().payload().source())) {
                add(
                        Kind.OTHER_METER,
                        name + " is of another meter than record "
                                + records.getFirst().payload().page() + ": the serial numbers differ.");
            }
            for (var reading : payload.readings()) {
                if (reading.status() != MeterStatus.GOOD) {
                    add(
                            Kind.STATUS,
                            name + " has a reading whose status is "
                                    + reading.status().letter() + ": "
                                    + reading.status().words() + ".");
                }
                if (!reading.errorFlags().isEmpty()) {
                    add(
                            Kind.ERROR_FLAG,
                            name + " has a reading whose error flags are " + reading.errorFlags()
                                    + ": its energy (E) or its time (t) cannot be used.");
                }
                if (reading.point() == ReadingPoint.EXCEPTION) {
                    add(Kind.EXCEPTION, name + " tells an error: what was read from then on cannot be used.");
                }
            }
        }

        private void checkPages() {
            var seen = new HashSet<Long>();
            long last = -1;
            for (var record : records) {
                long page = record.payload().page().number();
                if (!seen.add(page)) {
                    add(Kind.PAGE_REPEATED, "Page " + record.payload().page() + " is there twice.");
                } else if (last >= 0 && page != last + 1) {
                    add(
                            Kind.PAGE_MISSING,
                            "Between the pages T" + last + " and T" + page + ", " + (page - last - 1)
                                    + " are missing: a record was left out.");
                }
                last = page;
            }
        }

        private void checkPoints(List<Reading> readings) {
            // several registers are read at one moment: a begin or an end may stand there more than once
            boolean begun = false;
            boolean ended = false;
            for (var reading : readings) {
                var point = reading.point();
                if (point == ReadingPoint.BEGIN) {
                    begun = true;
                } else if (point != null && point.isEnd()) {
                    ended = true;
                }
            }
            if (!begun || readings.getFirst().point() != ReadingPoint.BEGIN) {
                add(Kind.BEGIN, "The first reading is no begin of a session (TX B): records before it are missing.");
            }
            var last = readings.getLast().point();
            if (!ended || last == null || !last.isEnd()) {
                add(
                        Kind.END,
                        "The last reading is no end of a session (TX E, L, R, A or P): records after it are missing.");
            }
        }

        /** Of one register, that of the first begin which counts energy taken; a register of the meter's life before those of parts. */
        private List<BigDecimal> energies(List<Reading> readings) {
            var register = readings.stream()
                    .filter(r -> r.point() == ReadingPoint.BEGIN && r.imported() != null && r.energyWh() != null)
                    .min(Comparator.comparing(Reading::imported))
                    .map(Reading::imported)
                    .orElse(null);
            if (register == null) {
                add(Kind.REGISTER, "The begin has no register of energy taken (such as 1.8.0, in Wh or kWh).");
                return List.of();
            }
            var energies = new ArrayList<BigDecimal>();
            OffsetDateTime last = null;
            int begins = 0;
            int ends = 0;
            for (var reading : readings) {
                var energy = reading.energyWh();
                if (reading.imported() == register && energy != null) {
                    boolean isEnd = reading.point() != null && reading.point().isEnd();
                    begins += reading.point() == ReadingPoint.BEGIN ? 1 : 0;
                    ends += isEnd ? 1 : 0;
                    if (!energies.isEmpty() && energy.compareTo(energies.getLast()) < 0) {
                        add(
                                Kind.REGISTER_FELL,
                                "The register fell from " + energies.getLast().toPlainString() + " Wh to "
                                        + energy.toPlainString() + " Wh.");
                    }
                    if (energy.compareTo(MOST_WH) > 0) {
                        add(
                                Kind.REGISTER,
                                "The register is at " + energy.toPlainString() + " Wh; bills hold up to "
                                        + MOST_WH.toPlainString() + " Wh.");
                    }
                    energies.add(energy);
                    if (last != null && reading.time().isBefore(last)) {
                        add(
                                Kind.TIME_FELL,
                                "The reading of " + reading.time() + " stands behind that of " + last + ".");
                    }
                    last = reading.time();
                }
            }
            if (begins != 1) {
                add(
                        Kind.BEGIN,
                        "The register is read at " + begins + " begins: these are records of several sessions.");
            }
            if (ends != 1) {
                add(Kind.END, "The register is read at " + ends + " ends; it is read at one.");
            }
            return energies;
        }
    }
}
