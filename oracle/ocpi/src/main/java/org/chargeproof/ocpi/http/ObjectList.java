package org.chargeproof.ocpi.http;

import com.fasterxml.jackson.databind.JsonNode;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;

/** The sender's side of a module: a list, and perhaps something below it. */
public abstract class ObjectList<T> implements OcpiModule {
    private final ModuleId module;
    private final boolean needsFrom;
    private final Source<T> source;

    /** Has objects. */
    @FunctionalInterface
    public interface Source<T> {
        /** Those that a partner may know, oldest first, by the time of their last change. */
        Page<T> page(String partner, Page.Filter filter);
    }

    /** @param needsFrom {@code date_from} is required */
    protected ObjectList(ModuleId module, boolean needsFrom, Source<T> source) {
        this.module = module;
        this.needsFrom = needsFrom;
        this.source = source;
    }

    @Override
    public final ModuleId id() {
        return module;
    }

    @Override
    public final InterfaceRole role() {
        return InterfaceRole.SENDER;
    }

    @Override
    public final Answer answer(Call call) {
        if (!call.path().isEmpty()) {
            return below(call);
        }
        call.requireMethod("GET");
        String partner = call.caller().partner();
        return Page.answer(call, needsFrom, filter -> source.page(partner, filter), each -> tell(call, each));
    }

    /** What is below the list. */
    protected Answer below(Call call) {
        throw OcpiException.notFound("this is a list; there is nothing below it.");
    }

    /** One of the list, in the caller's version. */
    protected JsonNode tell(Call call, T object) {
        return call.tell(object);
    }
}
