package org.chargeproof.operator.owner;

import java.util.Map;
import java.util.Optional;
import org.chargeproof.ledger.RevertReasons;

/** What to do about a contract's refusal. */
public final class Refusals {
    private static final Map<String, String> REMEDIES = Map.ofEntries(
            Map.entry(
                    "NotAnOwner",
                    "Only a member's owner account may do this; 'consortium members' tells which these are."),
            Map.entry("AccountInUse", "An account has one role of one operator. Take another one."),
            Map.entry(
                    "BadProof",
                    "Nobody has shown that the account's key is the candidate's or the operator's own. Make the proof again:"
                            + " 'consortium candidate' for a candidature, --oracle-key and --meter-key for new accounts."),
            Map.entry("ProposalExpired", "It found no majority in time; who still wants it proposes it again."),
            Map.entry(
                    "TooManyProposals",
                    "Wait until one of yours is carried or expires; 'consortium members' lists them."),
            Map.entry("NameCharacter", "A name has no control characters, and none that cannot be seen."),
            Map.entry("NameInUse", "A member bears this name; 'consortium members' tells which one. Take another one."),
            Map.entry("TooManyUploads", "Wait until the first of the last 30 days' uploads is older than that."),
            Map.entry("DescriptionLength", "Describe the algorithm in fewer words."),
            Map.entry("UnknownOperator", "'consortium members' lists members and providers."),
            Map.entry("UnknownProposal", "'consortium members' lists the open proposals."),
            Map.entry("ProposalDone", "It needs no more votes; 'consortium members' shows what came of it."),
            Map.entry("AlreadyVoted", "Your vote counts already; those of other owners are missing."),
            Map.entry("TooManyProviders", "No more can be admitted; 195 ever."),
            Map.entry(
                    "ChangeOutOfTime",
                    "A price counts from 2 to 672 timesteps ahead, so that drivers see it coming. Name a timestep between these."),
            Map.entry("PriceOutOfRange", "A kWh costs at most 100 euros."),
            Map.entry("VatOutOfRange", "VAT is at most 50 %."),
            Map.entry("LastOperator", "The last member cannot go."),
            Map.entry("TooManyOperators", "No more can be admitted; 60 ever, 31 at a time."),
            Map.entry("NotStored", "Store it first: 'consortium store-planner'."),
            Map.entry("TooEarly", "Name 'earliest' or a later timestep, or 'next'."),
            Map.entry("TooLate", "Name 'latest' or an earlier timestep."),
            Map.entry("AccountBusy", "An account has one request or session at a time. Take another pseudonym."),
            Map.entry("GroupClosed", "Its operator lets you in with a row of type guest: 'assets import'."),
            Map.entry("TooManyForecasts", "Wait for the next timestep."),
            Map.entry("TooManyUsers", "Retire pseudonyms that nobody uses any more."),
            Map.entry(
                    "NotYours",
                    "Only the owner account of the charge point's operator names its meter's key; 'assets list' shows yours."),
            Map.entry(
                    "NotAMeter",
                    "Only a member's meter account records sessions; 'consortium members' tells which these are."),
            Map.entry("AlreadyApproved", "Your approval counts already; those of other owners are missing."));

    private Refusals() {}

    /** A refusal in words; empty for data that is no contract's error. */
    public static Optional<String> explain(String data) {
        return RevertReasons.explain(data).map(reason -> {
            String remedy = REMEDIES.get(reason.substring(0, reason.indexOf('(')));
            return reason + "." + (remedy == null ? "" : " " + remedy);
        });
    }
}
