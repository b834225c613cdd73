package org.chargeproof.operator.consortium.command;

import org.chargeproof.console.input.BadInputException;
import org.chargeproof.protocol.ledger.MarketTerms;
import picocli.CommandLine.Option;

/** By what a new network computes bills, which stays for good. */
final class TermsOptions {
    /** The same as in Settlement. */
    private static final int MOST_TIMESTEPS = 96;

    private static final int MOST_COMPENSATION_E4 = 100_000;
    private static final long MOST_KAPPA_E6 = 100_000_000;

    @Option(
            names = "--settlement-timesteps",
            paramLabel = "N",
            defaultValue = "4",
            description = "A settlement of bills comes with each timestep that is a multiple of it.")
    private int settlementTimesteps;

    @Option(
            names = "--grace-timesteps",
            paramLabel = "N",
            defaultValue = "4",
            description = "So many timesteps a bill waits for meter readings after its session's end.")
    private int graceTimesteps;

    @Option(
            names = "--compensation-e4",
            paramLabel = "E4",
            defaultValue = "1000",
            description =
                    "What operators owe for energy that they promised and did not deliver, in ten-thousandths of its"
                            + " price: 1000 are 10 %%.")
    private int compensationE4;

    @Option(
            names = "--kappa-e6",
            paramLabel = "E6",
            defaultValue = "1000000",
            description = "Millionths of a token for a unit of flexibility value.")
    private long kappaE6;

    /**
     * The terms.
     *
     * @throws BadInputException when the contract would refuse them
     */
    MarketTerms terms() {
        requireRange("--settlement-timesteps", settlementTimesteps, 1, MOST_TIMESTEPS);
        requireRange("--grace-timesteps", graceTimesteps, 1, MOST_TIMESTEPS);
        requireRange("--compensation-e4", compensationE4, 0, MOST_COMPENSATION_E4);
        requireRange("--kappa-e6", kappaE6, 0, MOST_KAPPA_E6);
        return new MarketTerms(settlementTimesteps, graceTimesteps, compensationE4, kappaE6);
    }

    private static void requireRange(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new BadInputException(option + " is " + value + "; it must be from " + least + " to " + most + ".");
        }
    }
}
