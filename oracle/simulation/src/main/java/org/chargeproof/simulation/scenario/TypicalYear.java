package org.chargeproof.simulation.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.chargeproof.console.input.BadInputException;

/**
 * Power over a typical year of 365 days, such as the output of a PV plant or the load of a building. February 29 takes the
 * values of February 28.
 */
public final class TypicalYear {
    private static final int DAYS = 365;
    private static final int STEPS_PER_DAY = 96;
    private static final int HOURS_PER_DAY = 24;
    private static final int STEP_MINUTES = 15;
    private static final int FEBRUARY_28 = 59;

    private final double[] kw;

    private TypicalYear(double[] kw) {
        this.kw = kw;
    }

    /**
     * Reads a file with a header, the second column of which is a power in kW, or in kW per kWp: 8,760 rows by hour or 35,040 by
     * quarter of an hour.
     *
     * @throws BadInputException when it cannot be read, has another number of rows, or a row has no number from 0 to 1,000,000
     */
    public static TypicalYear read(Path file) {
        var values = new ArrayList<Double>();
        try (var reader = Files.newBufferedReader(file);
                CSVParser parser = CSVParser.parse(reader, SessionFile.WITH_HEADER)) {
            for (CSVRecord row : parser) {
                values.add(power(file, row));
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new BadInputException("cannot read " + file + " as CSV: " + e.getMessage(), e);
        }
        int stepsPerRow = values.size() == DAYS * HOURS_PER_DAY ? STEPS_PER_DAY / HOURS_PER_DAY : 1;
        if (stepsPerRow * values.size() != DAYS * STEPS_PER_DAY) {
            throw new BadInputException(file + " has " + values.size()
                    + " rows. A typical year has 8,760 (hours) or 35,040 (quarters of an hour).");
        }
        var kw = new double[DAYS * STEPS_PER_DAY];
        for (int t = 0; t < kw.length; t++) {
            kw[t] = values.get(t / stepsPerRow);
        }
        return new TypicalYear(kw);
    }

    private static double power(Path file, CSVRecord row) {
        String problem = row.size() < 2 ? "has no second column" : "'" + row.get(1) + "' is no power";
        try {
            double power = row.size() < 2 ? -1 : Double.parseDouble(row.get(1));
            if (power >= 0 && power <= 1_000_000) {
                return power;
            }
        } catch (NumberFormatException e) {
            problem += " (no number)";
        }
        throw new BadInputException(file + ", line " + (row.getRecordNumber() + 1) + ": " + problem
                + ". It must be a number of kW from 0 to 1,000,000.");
    }

    /**
     * PV of a cloudless year at a latitude of 50 degrees, in kW per kWp, for those without a file: the sun's height by Cooper's
     * formula for the declination, and 80 % of the module's rating when it stands highest in June.
     */
    public static TypicalYear clearSky() {
        var kw = new double[DAYS * STEPS_PER_DAY];
        double latitude = Math.toRadians(50);
        for (int t = 0; t < kw.length; t++) {
            int day = t / STEPS_PER_DAY + 1;
            double hour = (t % STEPS_PER_DAY + 0.5) * HOURS_PER_DAY / STEPS_PER_DAY;
            double declination = Math.toRadians(23.45) * Math.sin(2 * Math.PI * (284 + day) / DAYS);
            double hourAngle = Math.PI * (hour - 12) / 12;
            double height = Math.sin(latitude) * Math.sin(declination)
                    + Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle);
            kw[t] = Math.max(0, height) * 0.9;
        }
        return new TypicalYear(kw);
    }

    /** The highest power of the year in kW. */
    public double maxKw() {
        return Arrays.stream(kw).max().orElse(0);
    }

    /** Power in kW at a moment of any year. */
    public double kwAt(LocalDateTime moment) {
        int day = moment.getDayOfYear();
        if (moment.toLocalDate().isLeapYear() && day > FEBRUARY_28) {
            day--;
        }
        int step = (moment.getHour() * 60 + moment.getMinute()) / STEP_MINUTES;
        return kw[(day - 1) * STEPS_PER_DAY + step];
    }
}
