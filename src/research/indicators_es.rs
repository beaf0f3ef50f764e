//! The short answers of the fee schedule's indicators in Spanish.

/// The answer and the record's sentence; `None` where there is no Spanish for it.
pub(super) fn answer(kind: &str, digit: &str, code: &str) -> Option<(String, String)> {
    let said = match (kind, digit) {
        ("assistant", "2") => format!("Asistente en cirugía para {code}: sí, Medicare lo paga (indicador 2)."),
        ("assistant", "1") => format!("Asistente en cirugía para {code}: no, Medicare nunca lo paga (indicador 1)."),
        ("assistant", "0") => {
            format!("Asistente en cirugía para {code}: solo con documentos que prueben la necesidad médica (indicador 0).")
        }
        ("cosurgeon", "2") => {
            format!("Cocirujanos para {code}: sí, de distinta especialidad, cada uno con el modificador 62 (indicador 2).")
        }
        ("cosurgeon", "1") => format!(
            "Cocirujanos para {code}: solo con documentos que lo justifiquen, cada uno con el modificador 62 (indicador 1)."
        ),
        ("cosurgeon", "0") => format!("Cocirujanos para {code}: no se permiten (indicador 0)."),
        ("bilateral", "1") => {
            format!(
                "Ambos lados de {code}: {code}-50 en una línea con una unidad, se paga al 150 por ciento (indicador bilateral 1)."
            )
        }
        ("bilateral", "0") => {
            format!("Ambos lados de {code}: sin modificador 50, no hay ajuste del 150 por ciento (indicador bilateral 0).")
        }
        ("bilateral", "2") => format!(
            "Ambos lados de {code}: una sola vez, sin modificador 50 y sin pago adicional, porque el código ya incluye los dos lados (indicador bilateral 2)."
        ),
        ("bilateral", "3") => {
            format!("Ambos lados de {code}: cada lado se paga completo, con RT y LT o 50 (indicador bilateral 3).")
        }
        ("global", "000") => format!("{code}: 0 días globales (indicador 000)."),
        ("global", "010") => format!("{code}: 10 días globales (indicador 010)."),
        ("global", "090") => format!("{code}: 90 días globales (indicador 090)."),
        ("status", "N") => format!("{code}: no, Medicare no lo cubre (estatus N); el paciente responde del pago."),
        ("status", "B") => format!("{code}: no, va incluido y nunca se paga por separado (estatus B)."),
        ("status", "I") => format!("{code}: no es válido para Medicare (estatus I), que usa otro código para el servicio."),
        _ => return None,
    };
    let name = match kind {
        "assistant" => "de asistente en cirugía",
        "cosurgeon" => "de cocirujanos",
        "bilateral" => "de cirugía bilateral",
        "global" => "del período global",
        _ => "de estatus",
    };
    Some((said, format!("El indicador {name} de {code} es {digit}.")))
}
