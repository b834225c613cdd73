package org.chargeproof.ocpi.http;

import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;

/** One side of a module. */
public interface OcpiModule {
    /** Which module. */
    ModuleId id();

    /** Which side of it. */
    InterfaceRole role();

    /**
     * Answers a request. It runs on a virtual thread and may wait.
     *
     * @throws OcpiException when the request is refused
     * @throws org.chargeproof.ocpi.json.BadObjectException when something in it is not as OCPI wants it
     */
    Answer answer(Call call);
}
