package org.chargeproof.simulation.rule;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.protocol.ledger.GroupPolicy;

/**
 * A rule as people name it.
 *
 * @param policy of the group; only the exact rule looks at it
 * @param makes an instance for one group
 */
public record RuleChoice(String name, GroupPolicy policy, Supplier<Rule> makes) {
    static final List<String> NAMES = List.of("exact", "uncontrolled", "fcfs", "equal", "edf", "llf", "proportional");
    /** The planner with the flat policy. */
    public static final RuleChoice FLAT = parse("exact:flat");

    /**
     * Reads what people write: a name, and for {@code exact} a policy behind a colon.
     *
     * @throws BadInputException when there is no such rule
     */
    public static RuleChoice parse(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        if (name.startsWith("exact:")) {
            return new RuleChoice(name, policy(name.substring("exact:".length())), ExactRule::new);
        }
        return switch (name) {
            case "exact" -> new RuleChoice(name, GroupPolicy.DEFAULT, ExactRule::new);
            case "uncontrolled" -> thumb(name, Uncontrolled::new);
            case "fcfs" -> thumb(name, FirstComeFirstServed::new);
            case "equal" -> thumb(name, () -> new RollingRule(Shares::equal));
            case "edf" -> thumb(name, () -> new RollingRule(Shares::earliestDeadline));
            case "llf" -> thumb(name, () -> new RollingRule(Shares::leastLaxity));
            case "proportional" -> thumb(name, () -> new RollingRule(Shares::proportional));
            default ->
                throw new BadInputException(
                        "there is no rule '" + text + "'. Rules are " + String.join(", ", NAMES)
                                + ", and exact:POLICY with a policy such as flat, earliest, peak=150, learned=200 or green=80.");
        };
    }

    /**
     * Reads a policy as people write it.
     *
     * @throws BadInputException when it is none, with all that are
     */
    public static GroupPolicy policy(String text) {
        try {
            return GroupPolicy.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("'" + text + "' is no policy: it " + e.getMessage() + ".");
        }
    }

    /** Whether it is the planner, with whatever policy. */
    public boolean isExact() {
        return name.startsWith("exact");
    }

    private static RuleChoice thumb(String name, Supplier<Rule> makes) {
        return new RuleChoice(name, GroupPolicy.DEFAULT, makes);
    }
}
