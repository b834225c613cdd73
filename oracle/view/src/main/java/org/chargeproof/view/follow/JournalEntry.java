package org.chargeproof.view.follow;

import java.util.List;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.TimestepEvent;
import org.chargeproof.view.model.GreenShare;
import org.chargeproof.view.verify.GroupReasons;
import org.chargeproof.view.verify.Verdict;

/**
 * A block that mattered: it brought timestep events, or logs of the network's contracts.
 *
 * @param events that its time brought about
 * @param verdicts on the plans that were posted in it
 * @param green shares of sessions, settled by the plans that became final in it
 * @param reasons why sessions get what these plans give them
 */
public record JournalEntry(
        BlockHeader header,
        List<TimestepEvent> events,
        List<Verdict> verdicts,
        List<GreenShare> green,
        List<GroupReasons> reasons) {}
