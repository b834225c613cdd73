package org.chargeproof.ocpi.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.chargeproof.ocpi.json.OwnedObject;
import org.jspecify.annotations.Nullable;

/**
 * Some of the objects that a list has.
 *
 * @param items at most as many as were asked for, oldest first
 * @param total how many there are in all that the filter lets through
 */
public record Page<T>(List<T> items, int total) {
    /** The most objects of one answer. */
    public static final int MOST_ITEMS = 100;

    /**
     * What is asked for.
     *
     * @param from only what was changed then or later; null for all
     * @param to only what was changed before; null for all
     * @param offset of the first object
     * @param limit at most so many
     */
    public record Filter(@Nullable Instant from, @Nullable Instant to, int offset, int limit) {
        /** Whether what was changed last at some time is asked for. */
        public boolean has(Instant changed) {
            return (from == null || !changed.isBefore(from)) && (to == null || changed.isBefore(to));
        }
    }

    /** Whoever has a list. */
    @FunctionalInterface
    public interface Source<T> {
        /** A part of the list, the same for the same filter as long as nothing changes. */
        Page<T> page(Filter filter);
    }

    /** The same list, unchangeable. */
    public Page {
        items = List.copyOf(items);
    }

    /** A part of a whole list that is in memory and filtered already. */
    public static <T> Page<T> of(List<T> all, Filter filter) {
        int from = Math.min(filter.offset(), all.size());
        int to = (int) Math.min(all.size(), (long) from + filter.limit());
        return new Page<>(all.subList(from, to), all.size());
    }

    /**
     * What a filter lets through of a whole list that is in memory, by the time of the last change.
     *
     * @param object of which it is one of the list
     */
    public static <T> Page<T> changed(List<T> all, Filter filter, Function<T, ? extends OwnedObject> object) {
        Comparator<T> byChange = Comparator.comparing(each -> object.apply(each).lastUpdated());
        return of(
                all.stream()
                        .filter(each -> filter.has(object.apply(each).lastUpdated()))
                        .sorted(byChange.thenComparing(
                                each -> object.apply(each).id()))
                        .toList(),
                filter);
    }

    /**
     * Answers a GET of a list, with the headers of pages.
     *
     * @param needsFrom {@code date_from} is required
     * @param tell writes one in the caller's version
     */
    static <T> Answer answer(Call call, boolean needsFrom, Source<T> source, Function<? super T, JsonNode> tell) {
        Instant from = call.time("date_from").orElse(null);
        Instant to = call.time("date_to").orElse(null);
        if (needsFrom && from == null) {
            throw OcpiException.invalid("date_from is missing; OCPI requires it here.");
        }
        int offset = call.number("offset", 0, Integer.MAX_VALUE).orElse(0);
        int limit =
                Math.min(MOST_ITEMS, call.number("limit", 1, Integer.MAX_VALUE).orElse(MOST_ITEMS));
        Page<T> page = source.page(new Filter(from, to, offset, limit));
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(Headers.TOTAL_COUNT, String.valueOf(page.total()));
        headers.put(Headers.LIMIT, String.valueOf(MOST_ITEMS));
        long next = (long) offset + page.items().size();
        if (!page.items().isEmpty() && next < page.total()) {
            Map<String, String> query = new LinkedHashMap<>(call.query());
            query.put("offset", String.valueOf(next));
            query.put("limit", String.valueOf(limit));
            String parameters = query.entrySet().stream()
                    .filter(each ->
                            List.of("offset", "limit", "date_from", "date_to").contains(each.getKey()))
                    .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            headers.put(Headers.LINK, "<" + call.url() + "?" + parameters + ">; rel=\"next\"");
        }
        ArrayNode told = JsonNodeFactory.instance.arrayNode(page.items().size());
        page.items().forEach(item -> told.add(tell.apply(item)));
        return new Answer(Answer.OK, OcpiStatus.SUCCESS, null, told, headers);
    }
}
