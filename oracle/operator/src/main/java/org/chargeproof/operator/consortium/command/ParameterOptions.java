package org.chargeproof.operator.consortium.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.protocol.time.NetworkParameters;
import picocli.CommandLine.Option;

/** The parameters of a new network, which stay for good. */
final class ParameterOptions {
    private static final int LEAST_TIMESTEP = 10;
    private static final int MOST_TIMESTEP = 86_400;
    private static final int MOST_STEPS_PER_HOUR = 60;
    private static final int MOST_DENOMINATOR = 255;
    private static final Pattern QUORUM = Pattern.compile("(\\d{1,3})/(\\d{1,3})");
    private static final int HOUR_SECONDS = 3_600;

    @Option(
            names = "--timestep-seconds",
            paramLabel = "SECONDS",
            defaultValue = "900",
            description = "Length of a timestep.")
    private int timestepSeconds;

    @Option(
            names = "--gate-seconds",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long before its end a timestep takes no more requests, and is planned.")
    private int gateSeconds;

    @Option(
            names = "--takeover-seconds",
            paramLabel = "SECONDS",
            defaultValue = "6",
            description = "How long each operator has before the next may post the plan.")
    private int takeoverSeconds;

    @Option(
            names = "--steps-per-hour",
            paramLabel = "N",
            defaultValue = "4",
            description =
                    "Timesteps in an hour of energy; more than real ones on networks that run faster than the clock.")
    private int stepsPerHour;

    @Option(
            names = "--quorum",
            paramLabel = "N/M",
            defaultValue = "2/3",
            description = "A plan is final with more than this part of the members.")
    private String quorum = "";

    /**
     * The parameters.
     *
     * @throws BadInputException when the contract would refuse them
     */
    NetworkParameters parameters() {
        requireRange("--timestep-seconds", timestepSeconds, LEAST_TIMESTEP, MOST_TIMESTEP, "");
        requireRange("--gate-seconds", gateSeconds, 2, timestepSeconds - 1, ", below --timestep-seconds");
        requireRange("--takeover-seconds", takeoverSeconds, 1, gateSeconds - 1, ", below --gate-seconds");
        requireRange("--steps-per-hour", stepsPerHour, 1, MOST_STEPS_PER_HOUR, "");
        Matcher parts = QUORUM.matcher(quorum);
        if (!parts.matches()) {
            throw new BadInputException("--quorum is '" + quorum + "'; it is a fraction such as 2/3.");
        }
        int numerator = Integer.parseInt(parts.group(1));
        int denominator = Integer.parseInt(parts.group(2));
        if (denominator > MOST_DENOMINATOR || numerator >= denominator || 2 * numerator < denominator) {
            throw new BadInputException("--quorum is " + quorum
                    + "; it must be from one half up to, but not including, the whole, with numbers up to "
                    + MOST_DENOMINATOR + ".");
        }
        return new NetworkParameters(
                timestepSeconds, gateSeconds, takeoverSeconds, stepsPerHour, numerator, denominator);
    }

    /** Whether energy is counted in hours of another length than the clock's. */
    boolean fasterThanTheClock() {
        return timestepSeconds * stepsPerHour != HOUR_SECONDS;
    }

    private static void requireRange(String option, int value, int least, int most, String why) {
        if (value < least || value > most) {
            throw new BadInputException(
                    option + " is " + value + "; it must be from " + least + " to " + most + why + ".");
        }
    }
}
