package org.chargeproof.oracle.ocpi;

import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.chargeproof.ocpi.credentials.Partner;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.RefusedAddressException;
import org.chargeproof.ocpi.json.BadObjectException;

/**
 * Partners of an OCPI door, for whoever has the operator's key: {@code GET .../partners} lists them, {@code POST .../partners} invites one or
 * registers with one, {@code POST .../partners/NAME/renew} renews tokens, {@code DELETE .../partners/NAME} unregisters.
 */
public final class PartnerRoutes {
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int BAD_GATEWAY = 502;
    private static final int MOST_BODY_BYTES = 16 << 10;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,36}");

    private final Vertx vertx;
    private final PartnerDoor door;
    private final OperatorKey key;

    /** @param key of those who may */
    public PartnerRoutes(Vertx vertx, PartnerDoor door, OperatorKey key) {
        this.vertx = vertx;
        this.door = door;
        this.key = key;
    }

    /** To be mounted below {@code /operator}. */
    public Router router() {
        Router router = Router.router(vertx);
        router.route().handler(this::admit);
        router.route().handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES));
        router.get("/").handler(context -> answer(context, OK, this::list));
        router.post("/").handler(context -> answer(context, CREATED, () -> add(context)));
        router.post("/:name/renew")
                .handler(context -> answer(context, OK, () -> {
                    door.registration().renew(name(context.pathParam("name")));
                    return list();
                }));
        router.delete("/:name")
                .handler(context -> answer(context, OK, () -> {
                    door.forget(name(context.pathParam("name")));
                    return list();
                }));
        return router;
    }

    private void admit(RoutingContext context) {
        if (key.isIn(context.request().getHeader("Authorization"))) {
            context.next();
        } else {
            tell(
                    context,
                    UNAUTHORIZED,
                    problem("this needs the header Authorization: Bearer, with the key in " + key.file()));
        }
    }

    private Object add(RoutingContext context) {
        JsonObject body;
        try {
            body = context.body().asJsonObject();
        } catch (DecodeException e) {
            throw new IllegalArgumentException("the body is no JSON object", e);
        }
        if (body == null || !(body.getValue("name") instanceof String given)) {
            throw new IllegalArgumentException("the body must be a JSON object with a name");
        }
        String name = name(given);
        door.admit(name, body);
        if (body.getValue("versionsUrl") instanceof String url && body.getValue("token") instanceof String token) {
            door.registration().register(name, url, token);
            return list();
        }
        return new JsonObject()
                .put("name", name)
                .put("token", door.registration().invite(name))
                .put("versionsUrl", door.versionsUrl());
    }

    private static String name(String given) {
        if (!NAME.matcher(given).matches()) {
            throw new IllegalArgumentException(
                    "a partner's name must have 1 to 36 letters, digits, hyphens and underscores");
        }
        return given;
    }

    private JsonArray list() {
        var list = new JsonArray();
        for (Partner partner : door.partners().all()) {
            var parties = new JsonArray();
            partner.roles().forEach(role -> parties.add(role.role() + " " + role.countryCode() + "-" + role.partyId()));
            list.add(new JsonObject()
                    .put("name", partner.id())
                    .put("registered", partner.isRegistered())
                    .put("version", partner.version())
                    .put("versionsUrl", partner.versionsUrl())
                    .put("parties", parties)
                    .mergeIn(door.known(partner.id())));
        }
        return list;
    }

    private void answer(RoutingContext context, int status, Callable<Object> action) {
        vertx.executeBlocking(action, false).onComplete(done -> {
            if (done.succeeded()) {
                tell(context, status, done.result());
            } else {
                refuse(context, done.cause());
            }
        });
    }

    private static void refuse(RoutingContext context, Throwable cause) {
        int status = switch (cause) {
            case NoSuchElementException e -> NOT_FOUND;
            case IllegalArgumentException e -> BAD_REQUEST;
            case CallFailedException e -> BAD_GATEWAY;
            case OcpiException e -> BAD_GATEWAY;
            case BadObjectException e -> BAD_GATEWAY;
            case RefusedAddressException e -> BAD_REQUEST;
            default -> CONFLICT;
        };
        tell(
                context,
                status,
                // the operator may know what partners are not told
                problem(
                        cause instanceof RefusedAddressException refused
                                ? refused.reason()
                                : String.valueOf(cause.getMessage())));
    }

    private static JsonObject problem(String what) {
        return new JsonObject().put("error", what);
    }

    private static void tell(RoutingContext context, int status, Object json) {
        if (!context.response().ended()) {
            context.response()
                    .setStatusCode(status)
                    .putHeader("content-type", "application/json")
                    .end(json.toString());
        }
    }
}
