package org.chargeproof.ocpi.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chargeproof.ocpi.http.AddressPolicy;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.Reply;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.jspecify.annotations.Nullable;

/**
 * A list that was pulled from a partner, page by page.
 *
 * @param items those that are as OCPI wants them
 * @param refused why others are not
 * @param missing how many the partner says that there are beside them; a list that changed while it was pulled has gaps: pull it again
 */
public record Pull<T>(List<T> items, List<String> refused, int missing) {
    private static final int MOST_PAGES = 10_000;
    private static final int MOST_ITEMS = 200_000;
    private static final long MOST_BYTES = 256L << 20;

    /** The same lists, unchangeable. */
    public Pull {
        items = List.copyOf(items);
        refused = List.copyOf(refused);
    }

    /**
     * Pulls a list. Pages are followed on the same scheme, host and port alone: the credentials token goes nowhere else.
     *
     * @param url of the first page
     * @throws org.chargeproof.ocpi.http.CallFailedException when a page does not come
     * @throws BadObjectException when there is no list, or pages go in circles
     */
    public static <T> Pull<T> all(
            PartnerClient peers, String partner, String url, @Nullable PartyId to, Class<T> type) {
        List<T> items = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        String next = url;
        long bytes = 0;
        int total = -1;
        while (next != null) {
            if (!seen.add(next) || seen.size() > MOST_PAGES || items.size() + refused.size() > MOST_ITEMS) {
                throw new BadObjectException(
                        "Link",
                        "leads in a circle, or to more than " + MOST_PAGES + " pages or " + MOST_ITEMS + " objects");
            }
            if (!AddressPolicy.isSameOrigin(url, next)) {
                throw new BadObjectException("Link", BadObjectException.shown(next) + " leads to another server");
            }
            Reply reply = peers.call(partner, "GET", next, to, null);
            bytes += reply.bytes();
            total = Math.max(total, reply.total());
            if (bytes > MOST_BYTES) {
                throw new BadObjectException("data", "has more than " + MOST_BYTES + " bytes on all pages");
            }
            JsonNode data = reply.data();
            if (data != null && !data.isArray()) {
                throw new BadObjectException("data", "must be a list");
            }
            for (JsonNode each : data == null ? List.<JsonNode>of() : data) {
                try {
                    items.add(OcpiJson.read(peers.partner(partner).edge().toOurs(each, type), type));
                } catch (BadObjectException e) {
                    refused.add(String.valueOf(e.getMessage()));
                }
            }
            next = reply.next();
        }
        return new Pull<>(items, refused, Math.max(0, total - items.size() - refused.size()));
    }
}
