package org.chargeproof.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.TimestepEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes timestep events from the plugin in the operator's own node ({@code charge_events}). When that fails for longer than a
 * node takes to start, while the node itself answers, the same events are derived from headers until it works again.
 */
public final class PluginTimestepSource implements TimestepSource {
    private static final Logger LOG = LoggerFactory.getLogger(PluginTimestepSource.class);
    private static final int WAITS = 20;
    private static final int EVENTS_AT_ONCE = 1_000;
    private static final int MOST_ANSWERS = 100;
    private static final long WAIT_MILLIS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final LedgerClient client;
    private final String contract;
    private final LongFunction<TimestepSource> headersFrom;
    private final Duration patience;
    private long nextSequence;
    private long failingSinceNanos;
    private @Nullable TimestepSource headers;

    /**
     * @param contract address of the network's Consortium, in hex
     * @param fromSequence the first event to tell
     * @param headersFrom another source of the same events, from a sequence number on
     */
    public PluginTimestepSource(
            LedgerClient client, String contract, long fromSequence, LongFunction<TimestepSource> headersFrom) {
        this(client, contract, fromSequence, headersFrom, PATIENCE);
    }

    /** With another patience: how long the plugin may fail before events are derived from headers. */
    PluginTimestepSource(
            LedgerClient client,
            String contract,
            long fromSequence,
            LongFunction<TimestepSource> headersFrom,
            Duration patience) {
        this.client = client;
        this.contract = contract;
        this.nextSequence = fromSequence;
        this.headersFrom = headersFrom;
        this.patience = patience;
    }

    /** Why a node's plugin cannot tell the events of a network; empty when it can. */
    public static Optional<String> unusable(LedgerClient client, String contract) {
        JsonNode status;
        try {
            status = client.ask("charge_status", List.of());
        } catch (RpcErrorException e) {
            return Optional.of("the node at " + client.url()
                    + " has no chargeproof plugin, or its RPC namespace CHARGE is" + " not enabled");
        }
        String followed = status.path("contract").asText("");
        return contract.equalsIgnoreCase(followed)
                ? Optional.empty()
                : Optional.of("the plugin in the node at " + client.url() + " follows "
                        + (followed.isEmpty() || followed.equals("null")
                                ? "no network yet"
                                : "the network at " + followed));
    }

    @Override
    public List<TimestepEvent> until(BlockHeader head) {
        String problem;
        try {
            var told = ask(head);
            if (told.isPresent()) {
                if (headers != null) {
                    LOG.info("the plugin tells timestep events again");
                    headers = null;
                }
                failingSinceNanos = 0;
                return advance(told.get());
            }
            problem = "has not followed block " + head.number();
        } catch (RpcErrorException e) {
            problem = "answered " + e.getMessage();
        }
        return withoutPlugin(head, "the plugin in the node at " + client.url() + " " + problem);
    }

    private List<TimestepEvent> withoutPlugin(BlockHeader head, String problem) {
        long now = System.nanoTime();
        if (failingSinceNanos == 0) {
            failingSinceNanos = now;
        }
        if (headers == null) {
            if (now - failingSinceNanos < patience.toNanos()) {
                throw new LedgerException(problem + ". Maybe the node has just started.");
            }
            LOG.warn("{}: timestep events are derived from headers until it works again", problem);
            headers = headersFrom.apply(nextSequence);
        }
        return advance(headers.until(head));
    }

    private List<TimestepEvent> advance(List<TimestepEvent> events) {
        if (!events.isEmpty()) {
            nextSequence = events.getLast().sequence() + 1;
        }
        return events;
    }

    /** @return empty while the plugin is behind */
    private Optional<List<TimestepEvent>> ask(BlockHeader head) {
        for (int i = 0; i < WAITS; i++) {
            JsonNode answer = client.ask("charge_events", List.of(nextSequence));
            if (!contract.equalsIgnoreCase(answer.path("contract").asText())) {
                throw new LedgerException("the plugin in the node at " + client.url() + " follows the network at "
                        + answer.path("contract").asText() + " now, not " + contract
                        + ". See --plugin-charge-contract.");
            }
            if (answer.path("processedBlock").asLong() >= head.number()) {
                return Optional.of(all(answer, head));
            }
            Pause.millis(WAIT_MILLIS);
        }
        return Optional.empty();
    }

    /** A plugin tells so many at once, after which it is asked for the next. */
    private List<TimestepEvent> all(JsonNode first, BlockHeader head) {
        var all = new ArrayList<TimestepEvent>();
        JsonNode answer = first;
        for (int i = 0; i < MOST_ANSWERS; i++) {
            JsonNode page = answer;
            var events = client.understand("timestep events", () -> events(page, head));
            for (var event : events) {
                // its first one may be later than asked for: the network was deployed behind a gate
                if (event.sequence() < nextSequence
                        || (!all.isEmpty() && event.sequence() != all.getLast().sequence() + 1)) {
                    throw new LedgerException("the plugin in the node at " + client.url() + " told event "
                            + event.sequence() + " when the next one is "
                            + (all.isEmpty() ? nextSequence : all.getLast().sequence() + 1)
                            + ". Restart the node; if that does not help, use --events headers.");
                }
                all.add(event);
            }
            if (page.path("events").size() < EVENTS_AT_ONCE
                    || events.size() < page.path("events").size()) {
                return all;
            }
            answer = client.ask("charge_events", List.of(all.getLast().sequence() + 1));
        }
        throw new LedgerException("the plugin in the node at " + client.url() + " tells more than "
                + MOST_ANSWERS * EVENTS_AT_ONCE + " timestep events up to block " + head.number()
                + ". Start the oracle anew: it begins with the timestep that runs.");
    }

    /** The plugin may be ahead of what is asked for: the rest is asked for again. */
    private static List<TimestepEvent> events(JsonNode answer, BlockHeader head) {
        var events = new ArrayList<TimestepEvent>();
        for (JsonNode e : answer.get("events")) {
            if (e.get("block").asLong() <= head.number()) {
                events.add(new TimestepEvent(
                        TimestepEvent.Kind.valueOf(e.get("kind").asText()),
                        e.get("sequence").asLong(),
                        e.get("timestep").asInt(),
                        e.get("block").asLong(),
                        Bytes32.fromHexString(e.get("blockHash").asText()),
                        e.get("blockTimestampSeconds").asLong(),
                        e.get("snapshotBlock").asLong(),
                        e.get("missed").asBoolean()));
            }
        }
        return events;
    }
}
